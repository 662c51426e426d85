/** Columns of numbers as bins of about as many rows each, so that a split between bins is as good as one between values. */
import type { Generator } from '../../stats/generator.js';

export const BINS = 64;

/** Rows looked at for the edges of the bins. */
const EDGE_ROWS = 10_000;

/** BINS - 1 quantiles of a column: about as many rows in each bin. */
export function binEdges(column: Float32Array, generator: Generator): Float32Array {
  const sample =
    column.length <= EDGE_ROWS
      ? column.slice()
      : Float32Array.from({ length: EDGE_ROWS }, () => column[generator.below(column.length)]);
  sample.sort();
  return Float32Array.from(
    { length: BINS - 1 },
    (_, i) => sample[Math.floor(((i + 1) / BINS) * sample.length)],
  );
}

/** The number of edges at or below each value: a bin in [0, BINS). */
export function bin(column: Float32Array, edges: Float32Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    let at = 0;
    for (let step = BINS / 2; step >= 1; step /= 2) if (edges[at + step - 1] <= value) at += step;
    bins[row] = at;
  }
  return bins;
}
