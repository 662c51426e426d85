/**
 * The check of _manifest.json before `merge` follows it: a shard may come from a stranger, and its manifest names files
 * and blocks. Names are those that `sample` gives, numbers are counts, and everything else is left as it is.
 */
import * as v from 'valibot';
import { PREDICTIONS_PATTERN } from './predictions/prediction-files.js';
import { PREDICTIONS_FORMAT } from './predictions/predictions-manifest.js';
import { SHARD_FORMAT } from './shard-manifest.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'));
const range = v.pipe(
  v.looseObject({ first: count, end: count }),
  v.check(({ first, end }) => first <= end, 'must not end before it begins'),
);
const texts = v.looseObject({ name: v.string(), sha256: v.string() });
const job = v.looseObject({
  bundle: texts,
  input: texts,
  jets: count,
  samples: count,
  contents: v.record(v.string(), v.unknown()),
  versions: v.record(v.string(), v.unknown()),
});
const file = v.looseObject({
  name: v.pipe(
    v.string(),
    v.check(
      (name) => PREDICTIONS_PATTERN.test(name),
      'must be a name that sample gives, predictions-000000.parquet or so',
    ),
  ),
  sha256,
  rows: count,
});

const predictions = v.looseObject({
  format: v.literal(PREDICTIONS_FORMAT),
  job,
  range: v.looseObject({ blocks: range }),
  files: v.array(file),
});
const study = v.looseObject({ format: v.literal(SHARD_FORMAT), job, range, blocks: v.array(sha256) });
const manifest = v.variant('format', [predictions, study]);

/** What is wrong with a manifest of either format, as "files.0.name: must be …"; undefined where it may be followed. */
export function manifestProblem(found: unknown): string | undefined {
  const { issues } = v.safeParse(manifest, found, { abortEarly: true });
  if (!issues) return undefined;
  const [{ message }] = issues;
  const path = v.getDotPath(issues[0]);
  return path ? `${path}: ${message}` : message;
}
