/**
 * How good a network is: mean pinball loss over tau = 0.05, 0.10 … 0.95 for each step, and the share of crossings.
 *
 * In units of the standardised log ratios and differences (loss-unit.ts), so that runs on the same jets and split can be
 * compared; the sum over the four steps is the figure that a run is chosen by.
 */
import { byVariable, type Variable } from '../src/jets/columns.js';
import { STEP_COUNT } from '../src/model/steps.js';
import { pinball } from '../src/stats/pinball.js';
import type { TrainingJets } from './batch.js';
import { inLossUnit } from './loss-unit.js';
import type { Network } from './networks/network.js';

/** 0.05, 0.10 … 0.95. */
export const VALIDATION_TAU: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

export interface Validation {
  /** Jets that it was measured on. */
  readonly jets: number;
  readonly pinball: Readonly<Record<Variable, number>>;
  /** Of the four. */
  readonly sum: number;
  /** Minus the log density of a jet's four targets, in standardised targets; while refining. */
  readonly likelihood?: number;
  /** Share of (jet, step, tau) whose slope is negative. */
  readonly crossings: number;
}

/** Jets in one pass through the network: large enough to be fast, small enough for memory. */
const CHUNK = 4096;

/** @param limit only the first jets; default: all. */
export function evaluate(
  network: Network,
  parameters: Float32Array,
  jets: TrainingJets,
  limit = jets.count,
  tau: readonly number[] = VALIDATION_TAU,
): Validation {
  const count = Math.min(limit, jets.count);
  const width = jets.inputs.length / jets.count;
  const losses = new Float64Array(STEP_COUNT);
  let weightSum = 0;
  let falling = 0;
  for (let first = 0; first < count; first += CHUNK) {
    const end = Math.min(count, first + CHUNK);
    const targets = jets.targets.subarray(first * STEP_COUNT, end * STEP_COUNT);
    const weights = jets.weights?.subarray(first, end);
    for (let jet = first; jet < end; jet++) weightSum += jets.weights ? jets.weights[jet]! : 1;
    const inputs = jets.inputs.subarray(first * width, end * width);
    const loss = (row: number, jet: number, predicted: number, tau: number) => {
      const target = targets[row]!;
      const unit = (row & 3) === 0 ? jets.ptUnit : undefined;
      if (!unit) return pinball(target, predicted, tau);
      return pinball(inLossUnit(unit, target, jet), inLossUnit(unit, predicted, jet), tau);
    };
    network.quantiles(parameters, inputs, targets, tau, (value, { quantile, slope }) => {
      for (let row = 0; row < targets.length; row++) {
        const weight = weights ? weights[row >>> 2]! : 1;
        losses[row & 3]! += weight * loss(row, first + (row >>> 2), quantile[row]!, value);
        if (slope[row]! < 0) falling++;
      }
    });
  }
  const means = Array.from(losses, (loss) => loss / (weightSum * tau.length));
  return {
    jets: count,
    pinball: byVariable((_, step) => means[step]!),
    sum: means.reduce((sum, mean) => sum + mean, 0),
    crossings: falling / (count * STEP_COUNT * tau.length),
  };
}

/** Quantiles that one jet in a thousand lies beyond. */
export const TAIL_TAU = [0.001, 0.999] as const;
/** Quantiles of the grid of crossings: 0.0025, 0.0075 … 0.9975. */
const GRID_TAU: readonly number[] = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);

/** What a mean over 0.05 … 0.95 does not see: the pinball loss far out, and crossings on a fine grid. */
export interface Tails {
  /** Pinball loss of each step at 0.001 and 0.999, in standardised targets. */
  readonly pinball: Readonly<Record<Variable, readonly [number, number]>>;
  /** Share of (jet, tau) pairs of the grid at which a step's quantile falls, the mean over the steps. */
  readonly crossings: number;
  /** (jet, tau) pairs of the grid. */
  readonly pairs: number;
}

/** Of the first jets. @param pairs of the grid, at most. */
export function measureTails(
  network: Network,
  weights: Float32Array,
  jets: TrainingJets,
  pairs: number,
): Tails {
  const limit = Math.max(1, Math.floor(pairs / GRID_TAU.length));
  const [low, high] = TAIL_TAU.map((tau) => evaluate(network, weights, jets, pairs / 10, [tau]).pinball) as [
    Readonly<Record<Variable, number>>,
    Readonly<Record<Variable, number>>,
  ];
  const grid = evaluate(network, weights, jets, limit, GRID_TAU);
  return {
    pinball: byVariable((variable) => [low[variable], high[variable]] as const),
    crossings: grid.crossings,
    pairs: grid.jets * GRID_TAU.length,
  };
}
