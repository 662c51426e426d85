/** The empirical distribution function: F(v) = (number of values at or below v) / n, a step function. */
import { bisectLeft, bisectRight } from 'd3-array';

export interface Ecdf {
  /** The values, ascending. */
  readonly sorted: Float64Array;
  /** Share of values at or below `value`, in [0, 1]. */
  at(value: number): number;
  /** Share of values below `value`, in [0, 1]. */
  below(value: number): number;
}

/**
 * @param values in any order, none NaN, at least one.
 * @example ecdf([3, 1, 2, 2]).at(2) // 0.75
 */
export function ecdf(values: ArrayLike<number>): Ecdf {
  if (values.length === 0) throw new RangeError('an ECDF needs at least one value');
  const sorted = Float64Array.from(values).sort();
  return {
    sorted,
    at: (value) => bisectRight(sorted, value) / sorted.length,
    below: (value) => bisectLeft(sorted, value) / sorted.length,
  };
}
