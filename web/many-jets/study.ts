/**
 * A study that grows: the pass over all samples of the jets, a handful of jets at a time, with what a report says of the
 * jets so far now and then; then the joint tests. Samples, tests and verdict are those of `jet-iqn study` with the same seed.
 */

import { byVariable } from '../../src/jets/columns.js';
import { keyed } from '../../src/jets/event-keys.js';
import { firstJets, type JetsTable } from '../../src/jets/table.js';
import { withMedians } from '../../src/model/missing-inputs.js';
import { STAGES_OF_TASK } from '../../src/model/tasks.js';
import { openAccumulators, openTauRows } from '../../src/sampling/accumulators.js';
import { studyBlock } from '../../src/sampling/block.js';
import { selectColumns } from '../../src/sampling/jet-columns.js';
import { blockJets, type Plan, planBlocks } from '../../src/sampling/plan.js';
import type { StudyTotals } from '../../src/sampling/totals.js';
import { addBlock, emptyTotals } from '../../src/sampling/totals.js';
import { jetNumbers } from '../../src/stats/tau.js';
import type { JointReport } from '../../src/studies/joint/joint-study.js';
import { studyEdges } from '../../src/studies/spectrum-edges.js';
import type { Report } from '../../src/studies/summarise.js';
import { summarise } from '../../src/studies/summarise.js';
import { version } from '../../src/version.js';
import type { Gate } from './gate.js';
import { jointInWorkers } from './joint-workers.js';
import type { StudyModel, StudyProgress, StudyRequest } from './request.js';

/** Predictions of a piece: a tenth of a second or less, so that pausing and cancelling are felt at once. */
const PIECE_PREDICTIONS = 32_768;
/** Milliseconds between two reports on the way. */
const REPORT_EVERY = 300;

/** @returns the report of all jets; where it was cancelled of those done, or without the joint tests. */
export async function runStudy(
  model: StudyModel,
  all: JetsTable,
  { samples, jets, seed }: StudyRequest,
  gate: Gate,
  signal: AbortSignal,
  onProgress: (progress: StudyProgress) => void,
): Promise<{ report: Report; done: number } | undefined> {
  const { session, card, sha256, kernel } = model;
  const { input } = STAGES_OF_TASK[card.task];
  const table = withMedians(keyed(firstJets(all, jets), input), card);
  const plan = smallBlocks(planBlocks(table.rows, samples));
  const edges = studyEdges(table, card.task);
  const columns = selectColumns(
    table,
    card.task,
    card.inputs.map(({ column }) => column),
  );
  const numbers = jetNumbers(seed, table.key ?? 0, table.rows);
  const source = { session, columns, plan, numbers, rows: openTauRows(kernel, plan) };
  const accumulators = openAccumulators(kernel, plan, edges);
  const totals = emptyTotals(table.rows, samples, edges);
  let done = 0;
  let seconds = 0;
  let reported = 0;
  const report = (joint?: JointReport, testSeconds?: number) => {
    const predictions = done * samples;
    const throughput = {
      predictionsPerSecond: predictions / seconds,
      seconds,
      threads: 1,
      ...(testSeconds !== undefined && { testSeconds }),
    };
    const run = {
      seed,
      engine: session.engine,
      bundle: { name: card.name, sha256 },
      throughput,
      versions: { 'jet-iqn': version },
    };
    return summarise(firstTotals(totals, done), firstJets(table, done), card, run, joint);
  };
  for (let block = 0; block < plan.blocks && !signal.aborted; block++) {
    await gate.passed(signal);
    const start = performance.now();
    addBlock(totals, await studyBlock(source, accumulators, block), done);
    done += blockJets(plan, block).jetCount;
    seconds += (performance.now() - start) / 1000;
    const last = done === table.rows;
    const due = performance.now() - reported > REPORT_EVERY && !last;
    onProgress({
      done,
      jets: table.rows,
      predictionsPerSecond: (done * samples) / seconds,
      ...(due ? { report: report() } : {}),
    });
    if (due) reported = performance.now();
  }
  if (done === 0) return undefined;
  if (done < table.rows || signal.aborted) return { report: report(), done };
  const ofPass = report();
  const progress = { done, jets: table.rows, predictionsPerSecond: (done * samples) / seconds };
  onProgress({ ...progress, report: ofPass, tested: 0 });
  const start = performance.now();
  try {
    const joint = await jointInWorkers(model, table, seed, gate, signal, (tested) =>
      onProgress({ ...progress, tested }),
    );
    return { report: report(joint, (performance.now() - start) / 1000), done };
  } catch (error) {
    if (signal.aborted) return { report: ofPass, done };
    throw error;
  }
}

/** Where the blocks lie changes no bit; small ones let messages in. */
function smallBlocks(plan: Plan): Plan {
  const groups = Math.max(1, Math.floor(PIECE_PREDICTIONS / plan.samples / plan.jetsPerGroup));
  const jetsPerBlock = Math.min(plan.jetsPerBlock, groups * plan.jetsPerGroup);
  return { ...plan, jetsPerBlock, blocks: Math.ceil(plan.jets / jetsPerBlock) };
}

/** Totals as if there were no more jets than those done. */
function firstTotals(totals: StudyTotals, jets: number): StudyTotals {
  return {
    jets,
    samples: totals.samples,
    variables: byVariable((variable) => {
      const { edges, counts, less, equal, median } = totals.variables[variable];
      return {
        edges,
        counts,
        less: less.subarray(0, jets),
        equal: equal.subarray(0, jets),
        median: median.subarray(0, jets),
      };
    }),
  };
}
