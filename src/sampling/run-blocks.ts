/** What a study's pass and a run of `sample` share: lock, journal, the blocks that are missing, the pool. */
import { basename } from 'node:path';
import type { SamplingEngine } from '../engines/open.js';
import { RunError, UsageError } from '../errors.js';
import { diskError, fileSha256 } from '../files/durable-file.js';
import { lockFolder } from '../files/lock.js';
import type { JetsTable } from '../jets/table.js';
import type { Task } from '../model/tasks.js';
import { jetNumbers } from '../stats/tau.js';
import type { WorkerSetup } from './block-pool.js';
import { openPool } from './block-pool.js';
import { refuseEarlierRun } from './earlier-run.js';
import { selectColumns, share, shareColumns } from './jet-columns.js';
import { fileMetadata, JOB_FORMAT, type Job, jobText, jobVersions } from './job.js';
import { type Journal, openJournal } from './journal.js';
import { type BlockRange, blockJets, type Plan, planBlocks, type Shard, shardBlocks } from './plan.js';

/** Options of every long run. */
export interface RunOptions {
  /** What samples. */
  readonly engine: SamplingEngine;
  readonly table: JetsTable;
  /** Samples a jet. */
  readonly samples: number;
  readonly seed: number;
  readonly threads: number;
  /** Where results go, and the journal, in the subfolder `journal`. */
  readonly outputDir: string;
  /** The caller holds the lock of the folder, and goes on in it afterwards. */
  readonly locked?: boolean | undefined;
  /** Make only this shard's blocks. */
  readonly shard?: Shard | undefined;
  /** Go on with what an interrupted run left, or leave a finished one as it is. */
  readonly resume?: boolean | undefined;
  /** Delete what an earlier run left; without this and `resume` a folder with finished work is refused. */
  readonly overwrite?: boolean | undefined;
  /** Called a few times a second with the number of predictions done, those of earlier runs included, and of all. */
  readonly onProgress?: ((predictions: number, all: number) => void) | undefined;
  /** Once aborted, blocks under way are finished and the run ends with an InterruptedError. */
  readonly signal?: AbortSignal | undefined;
}

export interface Throughput {
  /** Predictions of this run, not counting those of earlier ones. */
  readonly predictions: number;
  readonly seconds: number;
  readonly predictionsPerSecond: number;
  readonly threads: number;
}

/** What a kind of run adds. */
export interface RunKind {
  readonly keeps: WorkerSetup['keeps'];
  readonly task?: Task;
  /** What the job holds beyond the common part. */
  readonly contents: Job['contents'];
  /** Whether the block's result is on disk, whole. */
  isFinished(journal: Journal, plan: Plan, block: number): boolean | Promise<boolean>;
  /** Called under the lock before the journal is opened, and told the job. */
  prepare?(job: Job): void | Promise<void>;
  /** Called when nothing stands in the way of the run any more, before its first block and outside of the time that it takes. */
  begin?: (() => void | Promise<void>) | undefined;
}

export interface FinishedRun {
  readonly job: Job;
  readonly plan: Plan;
  readonly journal: Journal;
  readonly range: BlockRange;
  readonly throughput: Throughput;
}

/**
 * Makes the blocks that are missing, then calls `finish`, all under the folder's lock.
 *
 * @throws UsageError, InputError for what cannot run; RunError where it fails; InterruptedError where `signal` stops it.
 */
export async function runBlocks<Result>(
  options: RunOptions,
  kind: RunKind,
  finish: (run: FinishedRun) => Promise<Result>,
): Promise<Result> {
  const { engine, table, samples, seed, threads, outputDir, shard, signal, onProgress } = options;
  const { resume = false, overwrite = false } = options;
  if (resume && overwrite) throw new UsageError('resume keeps what overwrite would delete: choose one');
  const plan = planBlocks(table.rows, samples);
  const range = shardBlocks(plan.blocks, shard);
  const task = taskOf(engine, kind.task);
  const { inputs, gen } = selectColumns(table, task, engine.inputNames);
  const columns =
    kind.keeps.kind === 'study'
      ? { inputs, ...(gen && { gen }) }
      : { inputs, ...(table.kept && { kept: table.kept }) };
  const job = jobOf(options, kind);
  const unlock = options.locked ? () => {} : lockFolder(outputDir);
  try {
    try {
      if (!resume && !overwrite)
        refuseEarlierRun(outputDir, kind.keeps.kind === 'predictions' || shard !== undefined);
      await kind.prepare?.(job);
    } catch (error) {
      throw diskError(outputDir, error);
    }
    const journal = openJournal(outputDir, job, resume);
    const missing: number[] = [];
    let all = 0;
    let left = 0;
    for (let block = range.first; block < range.end; block++) {
      const { jetCount } = blockJets(plan, block);
      all += jetCount;
      if (await kind.isFinished(journal, plan, block)) continue;
      left += jetCount;
      missing.push(block);
    }
    await kind.begin?.();
    onProgress?.((all - left) * samples, all * samples);
    const start = performance.now();
    if (missing.length > 0) {
      const pool = openPool(
        {
          session: engine.session,
          columns: shareColumns(columns),
          plan,
          numbers: share(jetNumbers(seed, table.key ?? 0, table.rows)),
          outputDir,
          journal,
          metadata: {
            ...fileMetadata({
              bundle: job.bundle.sha256,
              engine: job.engine,
              input: job.input.sha256,
              key: job.input.key,
              seed,
              samples,
            }),
            job: jobText(job),
          },
          progress: new Uint32Array(new SharedArrayBuffer(4)),
          keeps: kind.keeps,
        },
        Math.min(threads, missing.length),
      );
      try {
        await pool.run(missing, {
          onProgress: (jets) => onProgress?.((all - left + jets) * samples, all * samples),
          signal,
        });
      } finally {
        await pool.close();
      }
    }
    const seconds = (performance.now() - start) / 1000;
    if (missing.length > 0) await checkUnchanged(table.source);
    const predictions = left * samples;
    const throughput = {
      predictions,
      seconds,
      predictionsPerSecond: left > 0 ? predictions / seconds : 0,
      threads,
    };
    return await finish({ job, plan, journal, range, throughput });
  } finally {
    unlock();
  }
}

/** What the run is, whoever makes which part of it. */
export function jobOf(
  { engine, table, samples, seed }: Pick<RunOptions, 'engine' | 'table' | 'samples' | 'seed'>,
  kind: Pick<RunKind, 'keeps' | 'task' | 'contents'>,
): Job {
  return {
    format: JOB_FORMAT,
    keeps: kind.keeps.kind,
    task: taskOf(engine, kind.task),
    bundle: engine.bundle,
    engine: engine.engine,
    seed,
    input: { ...table.source, name: basename(table.source.name) },
    jets: table.rows,
    samples,
    contents: kind.contents,
    versions: jobVersions(engine.versions),
  };
}

function taskOf(engine: SamplingEngine, asked: Task | undefined): Task {
  const task = asked ?? engine.task;
  if (task === undefined) throw new UsageError(`${engine.bundle.name}: say which task it is to do`);
  if (engine.task !== undefined && engine.task !== task)
    throw new UsageError(`${engine.bundle.name} is a ${engine.task} model and cannot do ${task}`);
  return task;
}

/** The jets were read before the first block; a file that is another one by now would be named wrongly in the results. */
async function checkUnchanged({ name, sha256 }: JetsTable['source']): Promise<void> {
  const now = await fileSha256(name);
  if (now !== undefined && now !== sha256)
    throw new RunError(
      `${name}: changed during the run, whose predictions are of the earlier file; put that back and add --resume, or start again`,
    );
}
