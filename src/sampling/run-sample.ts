/** Predictions into files: one a block, a record of each in the journal, a manifest at the end. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { RunError, UsageError } from '../errors.js';
import { checkRoomForZstd } from '../files/address-room.js';
import { fileSha256, removeUnfinished } from '../files/durable-file.js';
import { clearRun, removePredictions } from './earlier-run.js';
import { type Job, jobDifferences } from './job.js';
import { type Journal, recordPath, removeJournal } from './journal.js';
import {
  PREDICTIONS_FORMAT,
  type PredictionsManifest,
  predictionsManifest,
  readManifest,
  writeManifest,
} from './manifest.js';
import type { Plan, Shard } from './plan.js';
import { blockFile, type FileRecord, type PredictionContents } from './prediction-files.js';
import { type RunOptions, runBlocks, type Throughput } from './run-blocks.js';

export interface SampleRunOptions extends RunOptions {
  readonly contents: PredictionContents;
}

export interface SampleRun {
  readonly manifest: PredictionsManifest;
  readonly throughput: Throughput;
}

/**
 * Runs `sample`, or what is left of it. With `resume` a finished folder is checked and left as it is; with `overwrite` what
 * an earlier run left is removed first; with neither such a folder is refused.
 *
 * @throws UsageError, InputError for what cannot run; RunError where it fails; InterruptedError where `signal` stops it.
 */
export async function runSample(options: SampleRunOptions): Promise<SampleRun> {
  const { outputDir, contents, shard, resume } = options;
  if (contents.format === 'parquet') checkRoomForZstd(options.threads);
  /** Files of a run that was finished already. */
  let earlier: ReadonlyMap<number, FileRecord> = new Map();
  const recordOf = (journal: Journal, block: number) => readRecord(journal, block) ?? earlier.get(block);
  const kind = {
    keeps: { kind: 'predictions', contents },
    contents: { ...contents, ...(contents.variation && { variation: contents.variation.names }) },
    prepare(job: Job) {
      if (resume) earlier = finishedFiles(outputDir, job, shard);
      else clearRun(outputDir);
      removeUnfinished(outputDir);
    },
    async isFinished(journal: Journal, plan: Plan, block: number) {
      const record = recordOf(journal, block);
      return record !== undefined && (await isWhole(outputDir, record, blockFile(plan, block, contents)));
    },
  } as const;
  return await runBlocks(options, kind, async ({ job, plan, journal, range, throughput }) => {
    const files: FileRecord[] = [];
    for (let block = range.first; block < range.end; block++) {
      const record = recordOf(journal, block);
      if (!record)
        throw new RunError(`${recordPath(journal.folder, block)} is missing; --resume makes it again`);
      files.push(record);
    }
    const manifest = predictionsManifest(job, plan, range, shard, files);
    // Files of blocks that an interrupted run made for another shard.
    removePredictions(
      outputDir,
      files.map(({ name }) => name),
    );
    writeManifest(outputDir, manifest);
    removeJournal(outputDir);
    return { manifest, throughput };
  });
}

/**
 * Whether a file is there and what its record says, and the record says what it must: it goes into the manifest, and no
 * sha256 tells whether a byte of it was flipped.
 */
async function isWhole(
  outputDir: string,
  { bytes, sha256, held: _, ...record }: FileRecord,
  expected: ReturnType<typeof blockFile>,
): Promise<boolean> {
  if (!isDeepStrictEqual(record, expected)) return false;
  const path = join(outputDir, expected.name);
  return statSync(path, { throwIfNoEntry: false })?.size === bytes && (await fileSha256(path)) === sha256;
}

/** What the journal says of a block's file; undefined where it is not finished. */
function readRecord({ folder }: Journal, block: number): FileRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(folder, block), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The files of a finished run of the same job in this folder. */
function finishedFiles(
  outputDir: string,
  job: Job,
  shard: Shard | undefined,
): ReadonlyMap<number, FileRecord> {
  const manifest = readManifest(outputDir, 'without it --resume makes the files again');
  if (manifest?.format !== PREDICTIONS_FORMAT) return new Map();
  const before = shardText(manifest.range.shard);
  const now = shardText(shard);
  const differences =
    jobDifferences(manifest.job, job) || (before === now ? '' : `shard (${before}, now ${now})`);
  if (differences === '') return new Map(manifest.files.map((file) => [file.block, file]));
  throw new UsageError(
    `${outputDir}: cannot resume, this run differs in ${differences}; repeat the first command or choose another folder`,
  );
}

function shardText(shard: Shard | undefined): string {
  return shard ? `${shard.index}/${shard.count}` : 'none';
}
