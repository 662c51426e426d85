/**
 * What a mean over 0.05 … 0.95 does not see: the pinball loss far out, and crossings on a fine grid.
 *
 * Figures of the finished network, of the first jets of the validation split.
 */
import { byVariable, type Variable } from '../src/jets/columns.js';
import type { TrainingJets } from './batch.js';
import { evaluate } from './evaluate.js';
import type { Network } from './networks/network.js';

/** Quantiles that one jet in a thousand lies beyond. */
export const TAIL_TAU = [0.001, 0.999] as const;
/** Quantiles of the grid of crossings: 0.0025, 0.0075 … 0.9975. */
const GRID_TAU: readonly number[] = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);

export interface Tails {
  /** Pinball loss of each step at 0.001 and 0.999, in standardised targets. */
  readonly pinball: Readonly<Record<Variable, readonly [number, number]>>;
  /** Share of (jet, tau) pairs of the grid at which a step's quantile falls, the mean over the steps. */
  readonly crossings: number;
  /** (jet, tau) pairs of the grid. */
  readonly pairs: number;
}

/** @param pairs of the grid, at most. */
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
