/** A study's pass in the pool: blocks made or taken from the journal, then added up in order. */
import { readFileSync } from 'node:fs';
import { RunError, UsageError } from '../errors.js';
import type { Variable } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import type { Task } from '../model/tasks.js';
import { type BlockIdentity, decodeBlock } from './block-file.js';
import { spectrumEntries } from './block-maker.js';
import { addBlock, type BlockTotals, type Edges, emptyTotals } from './block-totals.js';
import { bundleEngine, type SamplingEngine } from './engine.js';
import { selectColumns, shareColumns } from './jet-columns.js';
import { edgesAsData, JOB_FORMAT, type Job, jobVersions } from './job.js';
import { blockPath, type Journal, openJournal } from './journal.js';
import { lockFolder } from './lock.js';
import { blockJets, type Plan, planBlocks, type Shard, shardBlocks } from './plan.js';
import { runPool } from './pool.js';
import { writeShardManifest } from './shard-manifest.js';
import { checkStudySamples } from './study-pass.js';
import type { StudyTotals } from './totals.js';

export interface StudyPassOptions {
  /** Folder of the bundle; or an engine of another kind, as tests use. */
  readonly bundleDir: string | SamplingEngine;
  readonly table: JetsTable;
  readonly task: Task;
  /** Samples a jet, 1 … 65535. */
  readonly samples: number;
  readonly seed: number;
  readonly threads: number;
  /** Edges of the spectra, [bins + 1] each, 1 … 254 bins. */
  readonly edges: Readonly<Record<Variable, Float32Array>>;
  /** Where the journal is kept, in its subfolder `journal`. */
  readonly outputDir: string;
  /** Make this shard's blocks alone. */
  readonly shard?: Shard | undefined;
  /** Go on from the journal that is there; without it a journal that is there is discarded. */
  readonly resume?: boolean | undefined;
  /** Called a few times a second with the number of predictions done, those of a resumed journal included. */
  readonly onProgress?: ((predictions: number, all: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Stored in a shard's manifest for whoever merges: what the caller needs to finish the study. Plain data. */
  readonly request?: unknown;
}

export interface Throughput {
  /** Predictions of this run, not counting those of a resumed journal. */
  readonly predictions: number;
  readonly seconds: number;
  readonly predictionsPerSecond: number;
  readonly threads: number;
}

export interface StudyPass {
  readonly job: Job;
  readonly plan: Plan;
  readonly throughput: Throughput;
  /** Absent for a shard, which leaves its blocks and a manifest in the output folder. */
  readonly totals?: StudyTotals;
}

/**
 * Runs the pass, or what is left of it. The journal stays: remove it (removeJournal) when the study is written.
 *
 * @throws UsageError, InputError for what cannot run; RunError where it fails; InterruptedError where `signal` stops it.
 */
export async function runStudyPass(options: StudyPassOptions): Promise<StudyPass> {
  const { bundleDir, table, task, samples, seed, threads, edges, outputDir, shard, signal, onProgress } =
    options;
  checkStudySamples(samples);
  const plan = planBlocks(table.rows, samples);
  const range = shardBlocks(plan.blocks, shard);
  const engine = typeof bundleDir === 'string' ? await bundleEngine(bundleDir) : bundleDir;
  if (engine.task !== undefined && engine.task !== task)
    throw new UsageError(`${engine.bundle.name} is a ${engine.task} model and cannot do ${task}`);
  const columns = selectColumns(table, task, engine.inputNames);
  const job: Job = {
    format: JOB_FORMAT,
    keeps: 'study',
    task,
    bundle: engine.bundle,
    engine: engine.engine,
    seed,
    input: { name: table.source.name, sha256: table.source.sha256 },
    jets: table.rows,
    samples,
    contents: { edges: edgesAsData(edges), gen: columns.gen !== undefined },
    versions: jobVersions(engine.versions),
  };
  const unlock = lockFolder(outputDir);
  try {
    const journal = openJournal(outputDir, job, options.resume ?? false);
    const numbers = Array.from({ length: range.end - range.first }, (_, i) => range.first + i);
    const missing = numbers.filter((block) => typeof readBlock(journal, plan, edges, block) === 'string');
    const jetsOf = (blocks: readonly number[]) =>
      blocks.reduce((sum, block) => sum + blockJets(plan, block).jetCount, 0);
    const all = jetsOf(numbers);
    const left = jetsOf(missing);
    const start = performance.now();
    onProgress?.((all - left) * samples, all * samples);
    await runPool({
      setup: {
        session: engine.session,
        columns: missing.length > 0 ? shareColumns(columns) : columns,
        plan,
        seed,
        journal,
        progress: new Uint32Array(new SharedArrayBuffer(4)),
        keeps: { kind: 'study', edges },
      },
      blocks: missing,
      threads,
      onProgress: (jets) => onProgress?.((all - left + jets) * samples, all * samples),
      signal,
    });
    const seconds = (performance.now() - start) / 1000;
    const throughput = {
      predictions: left * samples,
      seconds,
      predictionsPerSecond: left > 0 ? (left * samples) / seconds : 0,
      threads,
    };
    if (shard) {
      await writeShardManifest(outputDir, { job, shard, range, request: options.request });
      return { job, plan, throughput };
    }
    return { job, plan, throughput, totals: gatherTotals(journal, plan, edges) };
  } finally {
    unlock();
  }
}

/** All blocks of a journal, added in order. */
export function gatherTotals(journal: Journal, plan: Plan, edges: Edges): StudyTotals {
  const totals = emptyTotals(plan.jets, plan.samples, edges);
  for (let block = 0; block < plan.blocks; block++) {
    const part = readBlock(journal, plan, edges, block);
    if (typeof part === 'string')
      throw new RunError(`${blockPath(journal.folder, block)} ${part}; --resume makes it again`);
    addBlock(totals, part, blockJets(plan, block).firstJet);
  }
  return totals;
}

/** A block of the journal, or what is wrong with its file. */
export function readBlock(journal: Journal, plan: Plan, edges: Edges, block: number): BlockTotals | string {
  let file: Uint8Array;
  try {
    file = readFileSync(blockPath(journal.folder, block));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is missing';
    throw error;
  }
  return decodeBlock(file, identityOf(journal, plan, edges, block));
}

function identityOf(journal: Journal, plan: Plan, edges: Edges, block: number): BlockIdentity {
  return {
    job: journal.mark,
    block,
    jetCount: blockJets(plan, block).jetCount,
    samples: plan.samples,
    entries: spectrumEntries(edges),
  };
}
