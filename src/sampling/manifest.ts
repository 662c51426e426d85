/**
 * _manifest.json, which says what an output folder holds: the files of predictions of `sample`, or the blocks that a study's
 * shard made, with their hashes. `merge` and --resume follow it, and it may come from a stranger: names must be those that
 * `sample` gives, numbers are counts; everything else is left as it is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { InputError, RunError } from '../errors.js';
import { fileSha256, writeDurably } from '../files/durable-file.js';
import { isShallow, TOO_DEEP } from '../model/card.js';
import type { Job } from './job.js';
import { blockPath, JOURNAL_FOLDER } from './journal.js';
import { type BlockRange, blockJets, type Plan, type Shard } from './plan.js';
import { type FileRecord, PREDICTIONS_PATTERN } from './prediction-files.js';

/** Readers of a folder of tables (pandas, pyarrow, Spark) pass over names that begin so. */
export const MANIFEST_FILE = '_manifest.json';

export const PREDICTIONS_FORMAT = 'jet-iqn-predictions/1';
export const SHARD_FORMAT = 'jet-iqn-study-shard/1';

export interface PredictionsManifest {
  readonly format: typeof PREDICTIONS_FORMAT;
  readonly job: Job;
  /** Which part of the job is here: all of it without a shard. */
  readonly range: {
    readonly shard?: Shard;
    /** Blocks [first, end) of `of`. */
    readonly blocks: BlockRange & { readonly of: number };
    /** Rows [first, end) of the input table. */
    readonly jets: BlockRange;
  };
  /** In order of their jets. */
  readonly files: readonly FileRecord[];
}

export interface ShardManifest {
  readonly format: typeof SHARD_FORMAT;
  readonly job: Job;
  readonly shard: Shard;
  /** Blocks [first, end). */
  readonly range: BlockRange;
  /** sha256 of the block files, in order. */
  readonly blocks: readonly string[];
  /** What the study's command needs to finish the merged study. */
  readonly request?: unknown;
}

/** The manifest of blocks that are all on disk. */
export function predictionsManifest(
  job: Job,
  plan: Plan,
  blocks: BlockRange,
  shard: Shard | undefined,
  files: readonly FileRecord[],
): PredictionsManifest {
  const first = Math.min(blocks.first * plan.jetsPerBlock, plan.jets);
  const last = blocks.end > blocks.first ? blockJets(plan, blocks.end - 1) : undefined;
  const end = last ? last.firstJet + last.jetCount : first;
  return {
    format: PREDICTIONS_FORMAT,
    job,
    range: { ...(shard && { shard }), blocks: { ...blocks, of: plan.blocks }, jets: { first, end } },
    files,
  };
}

/** The manifest of a study's shard whose blocks are all on disk. */
export async function shardManifest(
  folder: string,
  { job, shard, range, request }: Pick<ShardManifest, 'job' | 'shard' | 'range' | 'request'>,
): Promise<ShardManifest> {
  const blocks: string[] = [];
  for (let block = range.first; block < range.end; block++) {
    const path = blockPath(join(folder, JOURNAL_FOLDER), block);
    const sha256 = await fileSha256(path);
    if (sha256 === undefined) throw new RunError(`${path} is missing; --resume makes it again`);
    blocks.push(sha256);
  }
  return { format: SHARD_FORMAT, job, shard, range, blocks, request };
}

/** Writes a folder's manifest. */
export function writeManifest(folder: string, manifest: PredictionsManifest | ShardManifest): void {
  writeDurably(join(folder, MANIFEST_FILE), [`${JSON.stringify(manifest, null, 2)}\n`]);
}

export function hasManifest(folder: string): boolean {
  return existsSync(join(folder, MANIFEST_FILE));
}

/**
 * A folder's manifest, if it may be followed; undefined where there is none, or one of something else.
 *
 * @param remedy what to do about one that is damaged.
 * @throws InputError where it cannot be read, or is altered.
 */
export function readManifest(
  folder: string,
  remedy: string,
): PredictionsManifest | ShardManifest | undefined {
  if (!hasManifest(folder)) return undefined;
  const path = join(folder, MANIFEST_FILE);
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InputError(path, `is no manifest: ${(error as Error).message}`, { cause: error });
  }
  if (!v.is(v.looseObject({ format: v.picklist([PREDICTIONS_FORMAT, SHARD_FORMAT]) }), found))
    return undefined;
  if (!isShallow(found)) throw new InputError(path, `is damaged or altered (${TOO_DEEP}); ${remedy}`);
  const { issues } = v.safeParse(SCHEMA, found, { abortEarly: true });
  if (!issues) return found as unknown as PredictionsManifest | ShardManifest;
  const [issue] = issues;
  const place = v.getDotPath(issue);
  const problem = place ? `${place}: ${issue.message}` : issue.message;
  throw new InputError(path, `is damaged or altered (${problem}); ${remedy}`);
}

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
    v.regex(PREDICTIONS_PATTERN, 'must be a name that sample gives, predictions-000000.parquet or so'),
  ),
  sha256,
  rows: count,
});
const SCHEMA = v.variant('format', [
  v.looseObject({
    format: v.literal(PREDICTIONS_FORMAT),
    job,
    range: v.looseObject({ blocks: range }),
    files: v.array(file),
  }),
  v.looseObject({ format: v.literal(SHARD_FORMAT), job, range, blocks: v.array(sha256) }),
]);
