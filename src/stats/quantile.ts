/**
 * Quantiles by linear interpolation between order statistics: method R-7, the default of R, NumPy and d3.
 *
 *     Q(p) = v[floor(h)] + (h - floor(h)) (v[floor(h) + 1] - v[floor(h)]),  h = (n - 1) p,  v sorted from 0
 *
 * Hyndman, Fan, "Sample quantiles in statistical packages", Am. Stat. 50 (1996), definition 7. No value may be NaN.
 */
import { ascending } from './ascending.js';

/**
 * The quantile of sorted values; NaN for none.
 *
 * @param sorted ascending.
 * @param p in [0, 1].
 */
export function quantileSorted(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const h = (sorted.length - 1) * p;
  const index = Math.floor(h);
  const low = sorted[index];
  return h === index ? low : low + (h - index) * (sorted[index + 1] - low);
}

/**
 * Several quantiles of values in any order, by one sort of a copy.
 *
 * @example quantiles([4, 1, 3, 2], [0, 0.5, 1]) // [1, 2.5, 4]
 */
export function quantiles(values: ArrayLike<number>, ps: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return ps.map((p) => quantileSorted(sorted, p));
}

/**
 * Quantiles of weighted values: R-7 with each value in the middle of its weight, so that equal weights give
 * {@link quantiles}.
 *
 *     Q(p) by straight lines through (p_k, v_k),  p_k = (m_k - m_1) / (m_n - m_1),  m_k = w_1 + … + w_k - w_k / 2
 *
 * @param values [N], none NaN; not written to.
 * @param weights [N], 0 or more; a value of weight 0 is none.
 * @returns NaN where no value has a weight.
 * @example weightedQuantiles(Float32Array.of(1, 2, 3), [1, 1, 2], [0.5]) // [2.1666…]
 */
export function weightedQuantiles(
  values: Float32Array,
  weights: ArrayLike<number>,
  ps: readonly number[],
): number[] {
  const order = ascending(values).filter((i) => weights[i] > 0);
  let below = 0;
  const middles = Float64Array.from(order, (i) => {
    below += weights[i];
    return below - weights[i] / 2;
  });
  const last = order.length - 1;
  return ps.map((p) => {
    if (last < 0) return Number.NaN;
    const at = middles[0] + p * (middles[last] - middles[0]);
    let k = 0;
    while (k < last - 1 && middles[k + 1] <= at) k++;
    if (k === last) return values[order[k]];
    const share = (at - middles[k]) / (middles[k + 1] - middles[k]);
    return values[order[k]] + share * (values[order[k + 1]] - values[order[k]]);
  });
}
