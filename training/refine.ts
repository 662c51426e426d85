/**
 * One step of refining, or one look at the validation jets: each row's target is found between the knots of
 * spline-likelihood.ts, and the four around it are what is computed with a way back. The trunk runs once; finding takes a
 * handful of passes of the narrow head.
 */
import { UsageError } from '../src/errors.js';
import { STEP_COUNT } from '../src/model/steps.js';
import { type Batch, createBatch, fillBatch, type TrainingJets, targetOf } from './batch.js';
import type { Loss } from './loss.js';
import type { Network } from './networks/network.js';
import {
  KNOT_COUNT,
  knotLogit,
  NEAR_KNOTS,
  type SplineLikelihood,
  splineLikelihood,
} from './spline-likelihood.js';

/** Jets in one look at validation. */
const CHUNK = 4096;

/**
 * @param offsets [rows] of the rows' knots, in (-0.5, 0.5). @param lambda weight of the penalty on falling quantiles.
 * @param gradient [parameters], written to; absent: only the loss.
 */
export function likelihoodLoss(
  network: Network,
  parameters: Float32Array,
  batch: Batch,
  offsets: Float32Array,
  lambda: number,
  gradient?: Float32Array,
): Loss {
  const { rows, weights } = batch;
  const tau = new Float64Array(rows);
  const { manyTau } = network;
  if (!manyTau) throw new UsageError('this network cannot be refined: every tau costs all of it');
  manyTau.begin(parameters, batch);
  /** Quantiles at each row's own knot. */
  const at = (knot: (row: number) => number, keep: boolean): Float32Array => {
    for (let row = 0; row < rows; row++) tau[row] = 1 / (1 + Math.exp(-knotLogit(knot(row), offsets[row]!)));
    return manyTau.quantiles(batch, tau, keep);
  };

  // The last knot that does not exceed the target lies in [low, high): halve it until it is one.
  const low = new Int32Array(rows).fill(-1);
  const high = new Int32Array(rows).fill(KNOT_COUNT);
  const middle = (row: number) => (low[row]! + high[row]!) >> 1;
  for (let width = KNOT_COUNT + 1; width > 1; width = Math.ceil(width / 2)) {
    const quantile = at((row) => Math.max(0, middle(row)), false);
    for (let row = 0; row < rows; row++) {
      if (high[row]! - low[row]! <= 1) continue;
      if (quantile[row]! <= targetOf(batch, row)) low[row] = middle(row);
      else high[row] = middle(row);
    }
  }
  const near = Array.from({ length: NEAR_KNOTS }, (_, place) =>
    at((row) => low[row]! + place - 1, gradient !== undefined),
  );
  const gradients = near.map(() => new Float32Array(rows));

  const quantiles = new Float64Array(NEAR_KNOTS);
  const one: SplineLikelihood = { loss: 0, penalty: 0, gradient: new Float64Array(NEAR_KNOTS) };
  let likelihood = 0;
  let penalty = 0;
  let crossings = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights ? weights[row]! : 1;
    for (let place = 0; place < NEAR_KNOTS; place++) quantiles[place] = near[place]![row]!;
    splineLikelihood(targetOf(batch, row), quantiles, low[row]!, offsets[row]!, lambda, one);
    likelihood += weight * one.loss;
    penalty += weight * one.penalty;
    if (one.penalty > 0) crossings++;
    for (let place = 0; place < NEAR_KNOTS; place++)
      gradients[place]![row] = (weight * one.gradient[place]!) / rows;
  }
  if (gradient) manyTau.backward(gradients, gradient);
  else network.release();
  return {
    pinball: null,
    likelihood: likelihood / rows,
    penalty: penalty / rows,
    crossings: crossings / rows,
  };
}

/** Minus the log density of a jet's four targets given the jet, mean over jets; in standardised targets. */
export function validationLikelihood(
  network: Network,
  parameters: Float32Array,
  jets: TrainingJets,
  limit = jets.count,
): number {
  const count = Math.min(limit, jets.count);
  const order = Uint32Array.from({ length: count }, (_, jet) => jet);
  const width = jets.inputs.length / jets.count;
  let sum = 0;
  let weightSum = 0;
  for (let first = 0; first < count; first += CHUNK) {
    const size = Math.min(CHUNK, count - first);
    const batch = createBatch(size * STEP_COUNT, width, true, jets.weights !== undefined);
    fillBatch(batch, jets, true, order, first);
    // Multiples of the golden ratio: knots everywhere, the same in every look.
    const offsets = Float32Array.from({ length: batch.rows }, (_, row) => {
      const turn = (first * STEP_COUNT + row) * 0.6180339887498949;
      return turn - Math.floor(turn) - 0.5;
    });
    for (let row = 0; row < batch.rows; row += STEP_COUNT)
      weightSum += batch.weights ? batch.weights[row]! : 1;
    sum += likelihoodLoss(network, parameters, batch, offsets, 0).likelihood! * batch.rows;
  }
  return sum / weightSum;
}
