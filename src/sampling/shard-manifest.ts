/** _manifest.json of a study's shard: which blocks it made, with their hashes, for `merge`. */
import { join } from 'node:path';
import { RunError } from '../errors.js';
import { fileSha256, writeDurably } from '../files/durable-file.js';
import type { Job } from './job.js';
import { blockPath, JOURNAL_FOLDER } from './journal.js';
import type { BlockRange, Shard } from './plan.js';

/** Readers of a folder of tables (pandas, pyarrow, Spark) pass over names that begin so. */
export const MANIFEST_FILE = '_manifest.json';
/** Its name before: read still. */
export const OLD_MANIFEST_FILE = 'manifest.json';
export const SHARD_FORMAT = 'jet-iqn-study-shard/1';

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

/** Writes the manifest of a shard whose blocks are all on disk. */
export async function writeShardManifest(
  outputFolder: string,
  { job, shard, range, request }: Pick<ShardManifest, 'job' | 'shard' | 'range' | 'request'>,
): Promise<void> {
  const blocks: string[] = [];
  for (let block = range.first; block < range.end; block++) {
    const path = blockPath(join(outputFolder, JOURNAL_FOLDER), block);
    const sha256 = await fileSha256(path);
    if (sha256 === undefined) throw new RunError(`${path} is missing; --resume makes it again`);
    blocks.push(sha256);
  }
  const manifest: ShardManifest = { format: SHARD_FORMAT, job, shard, range, blocks, request };
  writeDurably(join(outputFolder, MANIFEST_FILE), [`${JSON.stringify(manifest, null, 2)}\n`]);
}
