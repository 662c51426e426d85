/** A study's pass in the pool: blocks made or taken from the journal, then added up in order. */
import { readFileSync } from 'node:fs';
import { RunError } from '../errors.js';
import type { Task } from '../model/tasks.js';
import { blockIdentity, decodeBlock } from './block-file.js';
import { hasTrueJets } from './jet-columns.js';
import { edgesAsData, type Job } from './job.js';
import { blockPath, type Journal, jobMark } from './journal.js';
import { shardManifest, writeManifest } from './manifest.js';
import { blockJets, checkStudySamples, type Plan } from './plan.js';
import { jobOf, type RunOptions, runBlocks, type Throughput } from './run-blocks.js';
import { addBlock, type BlockTotals, type Edges, emptyTotals, type StudyTotals } from './totals.js';

export interface StudyPassOptions extends RunOptions {
  readonly task: Task;
  /** Edges of the spectra, [bins + 1] each, 1 … 254 bins. */
  readonly edges: Edges;
  /** Stored in a shard's manifest for whoever merges: what the caller needs to finish the study. Plain data. */
  readonly request?: unknown;
  /** Called before the first block, once it is certain that the pass can run. */
  readonly begin?: (() => Promise<void>) | undefined;
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
  const { edges, outputDir, shard, request, begin } = options;
  const kind = {
    ...kindOf(options),
    begin,
    isFinished: (journal: Journal, plan: Plan, block: number) =>
      typeof readBlock(journal, plan, edges, block) !== 'string',
  } as const;
  return await runBlocks(options, kind, async ({ job, plan, journal, range, throughput }) => {
    if (!shard) return { job, plan, throughput, totals: gatherTotals(journal, plan, edges) };
    writeManifest(outputDir, await shardManifest(outputDir, { job, shard, range, request }));
    return { job, plan, throughput };
  });
}

/** By which a finished study is known again: {@link jobMark}. */
export function studyMark(options: StudyPassOptions): string {
  return jobMark(jobOf(options, kindOf(options)));
}

function kindOf({ task, samples, edges, table }: StudyPassOptions) {
  checkStudySamples(samples);
  return {
    keeps: { kind: 'study', edges },
    task,
    contents: { edges: edgesAsData(edges), trueJets: hasTrueJets(table, task) },
  } as const;
}

/** All blocks of a journal, added in order. */
function gatherTotals(journal: Journal, plan: Plan, edges: Edges): StudyTotals {
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
function readBlock(journal: Journal, plan: Plan, edges: Edges, block: number): BlockTotals | string {
  let file: Uint8Array;
  try {
    file = readFileSync(blockPath(journal.folder, block));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is missing';
    throw error;
  }
  return decodeBlock(file, blockIdentity(journal, plan, edges, block));
}
