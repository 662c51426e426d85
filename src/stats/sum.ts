/**
 * Sums that do not depend on the order of their terms: the exact sum, rounded once.
 *
 * Shewchuk, "Adaptive precision floating-point arithmetic", Discrete Comput. Geom. 18 (1997), as in Python's fsum.
 * That is what keeps a report the same to the last digit for any threads, blocks and shards.
 */
import { fsum } from 'd3-array';

/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number> & Iterable<number>): number {
  return values.length === 0 ? Number.NaN : fsum(values) / values.length;
}

/** Mean of |value|; NaN for no values. */
export function meanAbsolute(values: ArrayLike<number> & Iterable<number>): number {
  return fsum(values, Math.abs) / values.length;
}

/**
 * Standard deviation about the mean, sqrt(mean((v - mean)^2)): divided by N, not N - 1. NaN for no values.
 *
 * @example sd([2, 4, 4, 4, 5, 5, 7, 9]) // 2
 */
export function sd(values: ArrayLike<number> & Iterable<number>): number {
  const centre = mean(values);
  return Math.sqrt(fsum(values, (value) => (value - centre) ** 2) / values.length);
}
