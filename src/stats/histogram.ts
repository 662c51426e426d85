/** Counts between edges: bin i is [edges[i], edges[i + 1]), with what lies outside counted apart. */
import { bisectRight } from 'd3-array';

export interface Histogram {
  /** [bins + 1], increasing. */
  readonly edges: ArrayLike<number>;
  /** [bins]. */
  readonly counts: number[];
  /** Values below the first edge. */
  readonly underflow: number;
  /** Values at or above the last edge. */
  readonly overflow: number;
}

/**
 * @param values in any order, none NaN.
 * @param edges [bins + 1], increasing, in the unit of `values`.
 * @example histogram([0, 1, 1.5, 2], [0, 1, 2]) // counts [1, 2], overflow 1
 */
export function histogram(values: Iterable<number>, edges: ArrayLike<number>): Histogram {
  const bins = edges.length - 1;
  const counts = new Array<number>(bins + 2).fill(0);
  for (const value of values) counts[bisectRight(edges, value)]++;
  return { edges, counts: counts.slice(1, bins + 1), underflow: counts[0], overflow: counts[bins + 1] };
}

/** `bins` + 1 edges from `low` to `high`, evenly spaced. */
export function linearEdges(low: number, high: number, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}
