/** The check of config.json and state.json: a run folder may come from a stranger, or be half of what it was. */
import * as v from 'valibot';
import {
  harmonicsSchema,
  inputSchema,
  networkSchema,
  spectrumSchema,
  targetRangeSchema,
  targetSchema,
} from '../src/model/card-schema.js';
import { TASKS } from '../src/model/tasks.js';
import { networkInputCount } from '../src/model/transforms.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const duration = v.pipe(finite, v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'));

const config = v.pipe(
  v.looseObject({
    name: v.string(),
    task: v.picklist(TASKS),
    network: networkSchema,
    inputs: v.array(inputSchema),
    harmonics: harmonicsSchema,
    targets: v.pipe(v.array(targetSchema), v.length(4)),
    range: v.record(v.string(), v.tuple([finite, finite])),
    targetRange: v.exactOptional(targetRangeSchema),
    spectrum: v.exactOptional(spectrumSchema),
    options: v.looseObject({}),
    data: v.looseObject({ name: v.string(), sha256: v.string(), rows: count, description: v.string() }),
    split: v.looseObject({ seed: count, train: count, validation: count, test: count }),
    command: v.string(),
    backend: v.string(),
    versions: v.record(v.string(), v.string()),
  }),
  v.check(
    (config) => networkInputCount(config) === config.network.inputs,
    'inputs: their number is not that of the network',
  ),
);

const state = v.looseObject({
  epoch: duration,
  step: count,
  seconds: duration,
  validation: v.nullable(v.looseObject({ sum: finite, crossings: finite })),
  crossings: v.nullable(finite),
  best: v.nullable(v.looseObject({ sum: finite, step: count, validationsAgo: count })),
  refined: v.optional(v.nullable(v.looseObject({ step: count, seconds: duration }))),
  finished: v.boolean(),
  sha256: hash,
  optimizerSha256: v.nullable(hash),
});

/** What is wrong with the content of a file, in one line; undefined where nothing is. */
export function faultOf(kind: 'config' | 'state', content: unknown): string | undefined {
  const result = v.safeParse(kind === 'config' ? config : state, content, { abortEarly: true });
  if (result.success) return undefined;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
