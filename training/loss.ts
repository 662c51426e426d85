/**
 * The regularised loss (Kronheim, Kuchera, Prosper, Ramanujan, section 2): mean pinball loss, plus lambda times the
 * mean square of negative slopes.
 *
 *     L = sum w_i [ max(tau_i e_i, (tau_i - 1) e_i) + lambda 1[f'_i < 0] f'_i^2 ] / rows,   e_i = y_i - f_i
 *     dL/df_i  = w_i (1[e_i < 0] - tau_i) / rows
 *     dL/df'_i = w_i 2 lambda min(f'_i, 0) / rows
 *
 * f' is the slope along the coordinate of tau.ts. Sums are in float64.
 */
import { type Batch, targetOf } from './batch.js';
import type { Outputs } from './networks/network.js';

export interface Loss {
  /** Mean pinball loss of a row, in standardised targets; null while refining. */
  readonly pinball: number | null;
  /** Mean of minus the log density of a row, in standardised targets; null but while refining. */
  readonly likelihood: number | null;
  /** Mean square of negative slopes, before lambda. */
  readonly penalty: number;
  /** Share of rows with a negative slope: crossing quantiles. */
  readonly crossings: number;
}

/** @param quantileGradient, slopeGradient [rows], written to: the loss's derivatives by quantile and slope. */
export function regularisedLoss(
  batch: Batch,
  { quantile, slope }: Outputs,
  lambda: number,
  quantileGradient: Float32Array,
  slopeGradient: Float32Array,
): Loss & { readonly pinball: number } {
  const { rows, tau, weights } = batch;
  let pinball = 0;
  let penalty = 0;
  let crossings = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights ? weights[row]! : 1;
    const error = targetOf(batch, row) - quantile[row]!;
    const share = error < 0 ? tau[row]! - 1 : tau[row]!;
    pinball += weight * share * error;
    quantileGradient[row] = (-weight * share) / rows;
    const falling = Math.min(slope[row]!, 0);
    penalty += weight * falling * falling;
    if (falling < 0) crossings++;
    slopeGradient[row] = (2 * weight * lambda * falling) / rows;
  }
  return { pinball: pinball / rows, likelihood: null, penalty: penalty / rows, crossings: crossings / rows };
}

/** Means of the loss over some steps, and their speed. */
export interface LossMeans {
  add(figures: Loss & { readonly rate: number }): void;
  /** Means since the last call, or since refining began, and starts again. @param batch rows of a step. */
  take(batch: number): Loss & { readonly rate: number; readonly rowsPerSecond: number };
}

export function lossMeans(): LossMeans {
  let sums = { pinball: 0, likelihood: 0, penalty: 0, crossings: 0 };
  let refining = false;
  let rate = 0;
  let count = 0;
  let since = performance.now();
  const start = () => {
    sums = { pinball: 0, likelihood: 0, penalty: 0, crossings: 0 };
    count = 0;
    since = performance.now();
  };
  return {
    add(figures) {
      if (refining !== (figures.likelihood !== null)) start();
      refining = figures.likelihood !== null;
      sums.pinball += figures.pinball ?? 0;
      sums.likelihood += figures.likelihood ?? 0;
      sums.penalty += figures.penalty;
      sums.crossings += figures.crossings;
      rate = figures.rate;
      count++;
    },
    take(batch) {
      const now = performance.now();
      const figures = {
        pinball: refining ? null : sums.pinball / count,
        likelihood: refining ? sums.likelihood / count : null,
        penalty: sums.penalty / count,
        crossings: sums.crossings / count,
        rate,
        rowsPerSecond: (1000 * count * batch) / (now - since),
      };
      start();
      return figures;
    },
  };
}
