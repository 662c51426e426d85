/** _manifest.json of `sample`: what was predicted from what, and every file with its hash. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { writeDurably } from '../../files/durable-file.js';
import type { Job } from '../job.js';
import { type BlockRange, blockJets, type Plan, type Shard } from '../plan.js';
import { MANIFEST_FILE, OLD_MANIFEST_FILE } from '../shard-manifest.js';
import type { FileRecord } from './prediction-files.js';

export const PREDICTIONS_FORMAT = 'jet-iqn-predictions/1';

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

/** The manifest of blocks that are all on disk. */
export function predictionsManifest(
  job: Job,
  plan: Plan,
  blocks: BlockRange,
  shard: Shard | undefined,
  files: readonly FileRecord[],
): PredictionsManifest {
  const first = Math.min(blocks.first * plan.jetsPerBlock, plan.jets);
  const end = blocks.end > blocks.first ? lastJet(plan, blocks.end - 1) : first;
  return {
    format: PREDICTIONS_FORMAT,
    job,
    range: { ...(shard && { shard }), blocks: { ...blocks, of: plan.blocks }, jets: { first, end } },
    files,
  };
}

function lastJet(plan: Plan, block: number): number {
  const { firstJet, jetCount } = blockJets(plan, block);
  return firstJet + jetCount;
}

export function writePredictionsManifest(folder: string, manifest: PredictionsManifest): void {
  writeDurably(join(folder, MANIFEST_FILE), [`${JSON.stringify(manifest, null, 2)}\n`]);
  removeOldManifest(folder);
}

/**
 * A folder's manifest, of whatever kind; undefined where there is none.
 *
 * @throws InputError where it cannot be read.
 */
export function readManifest(folder: string): { readonly format?: unknown } | undefined {
  const path = join(folder, MANIFEST_FILE);
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof manifest === 'object' && manifest !== null) return manifest;
    throw new Error('not an object');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return oldManifest(folder);
    throw new InputError(path, `is no manifest: ${(error as Error).message}`, { cause: error });
  }
}

/** A manifest under its old name. Other programs have a manifest.json too: theirs is none. */
function oldManifest(folder: string): { readonly format: string } | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, OLD_MANIFEST_FILE), 'utf8'));
    return /^jet-iqn-/.test(manifest.format) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Takes away a manifest of the old name, and nobody else's file. */
export function removeOldManifest(folder: string): void {
  if (oldManifest(folder)) rmSync(join(folder, OLD_MANIFEST_FILE));
}

/** The name of the manifest that a folder has. */
export function manifestIn(folder: string): string | undefined {
  if (statSync(join(folder, MANIFEST_FILE), { throwIfNoEntry: false })?.isFile()) return MANIFEST_FILE;
  return oldManifest(folder) && OLD_MANIFEST_FILE;
}
