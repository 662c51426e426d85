/**
 * One block, in any thread or page: tau, engine, accumulators, a group of jets at a time so that all stays in cache.
 */

import type { Session } from '../engines/engine.js';
import { RunError } from '../errors.js';
import { VARIABLES } from '../jets/columns.js';
import type { Accumulators, TauRows } from './accumulators.js';
import { gatherRows, type JetColumns } from './jet-columns.js';
import { blockJets, type Plan } from './plan.js';
import type { PredictedVariable } from './prediction-files.js';
import type { BlockTotals } from './totals.js';

/** A group of jets with their predictions, until the next group comes. */
export interface PredictedGroup {
  /** Index of the first jet in the input table. */
  readonly firstJet: number;
  readonly jetCount: number;
  /** [jetCount, inputs]: the input jets. */
  readonly jets: Float32Array;
  /** What is predicted, in order. */
  readonly variables: readonly PredictedVariable[];
  /** [jetCount, variables, stride], physical units; what lies beyond the samples counts for nothing. */
  readonly predictions: Float32Array;
  readonly stride: number;
}

/** A prediction that is no number has no rank and no bin: nothing is kept of its block. */
export function nanError(firstJet: number, jetCount: number): RunError {
  return new RunError(
    `the model predicts NaN for a jet of rows ${firstJet} to ${firstJet + jetCount - 1}; check the bundle and these jets`,
  );
}

/** Which jets, by which engine: what stays the same from block to block. */
export interface BlockSource {
  readonly session: Session;
  readonly columns: JetColumns;
  readonly plan: Plan;
  /** Of all jets, [jets, 3]: jetNumbers. */
  readonly numbers: Uint32Array;
  /** Where tau and predictions lie. */
  readonly rows: TauRows;
}

/** Predicts the jets of one block and hands them on group by group, in order. */
export async function* predictBlock(
  { session, columns, plan, numbers, rows }: BlockSource,
  block: number,
): AsyncGenerator<PredictedGroup> {
  const { jetsPerGroup } = plan;
  const { stride } = rows;
  const group = new Float32Array(jetsPerGroup * columns.inputs.length);
  const { firstJet: start, jetCount: all } = blockJets(plan, block);
  for (let done = 0; done < all; done += jetsPerGroup) {
    const firstJet = start + done;
    const jetCount = Math.min(jetsPerGroup, all - done);
    const jets = group.subarray(0, jetCount * columns.inputs.length);
    const tau = rows.tau.subarray(0, jetCount * 4 * stride);
    const predictions = rows.predictions.subarray(0, jetCount * 4 * stride);
    gatherRows(jets, columns.inputs, firstJet, jetCount);
    rows.fillTau(numbers.subarray(3 * firstJet, 3 * (firstJet + jetCount)));
    await session.predict(jets, tau, predictions, jetCount, stride);
    yield { firstJet, jetCount, jets, variables: VARIABLES, predictions, stride };
  }
}

/**
 * The totals of one block: views of the accumulators, valid until the next block.
 *
 * @param onJets called with the number of jets that each group added.
 * @throws RunError where the engine predicts NaN.
 */
export async function studyBlock(
  source: BlockSource,
  accumulators: Accumulators,
  block: number,
  onJets: (jets: number) => void = () => {},
): Promise<BlockTotals> {
  const { columns, plan, rows } = source;
  const origins = new Float32Array(plan.jetsPerGroup);
  const gen = new Float32Array(plan.jetsPerGroup * 4).fill(Number.NaN);
  accumulators.begin();
  for await (const { firstJet, jetCount } of predictBlock(source, block)) {
    gatherRows(origins, [columns.inputs[2]], firstJet, jetCount);
    if (columns.gen) gatherRows(gen, columns.gen, firstJet, jetCount);
    if (!accumulators.add(rows.predictions, origins, gen, jetCount)) throw nanError(firstJet, jetCount);
    onJets(jetCount);
  }
  return accumulators.end();
}
