/**
 * Standard errors by the bootstrap over blocks of neighbouring rows (Künsch, Ann. Statist. 17 (1989), with blocks that do
 * not overlap): rows next to each other may be jets of one event, and are then drawn together.
 *
 * A figure must be a function of sums over the rows. Every block is summed once; a resample draws as many blocks as there
 * are, with replacement, so its cost does not grow with the rows.
 */
import type { Generator } from './generator.js';

/** Blocks at most: with so many the error's own error is 1/sqrt(2 · 1000), 2 %. */
export const MOST_BLOCKS = 1000;

/**
 * @param rows how many.
 * @param width sums.
 * @param addRow adds what a row has for each sum to the `width` numbers from `at` on.
 * @param figures from the sums to the figures.
 * @returns the standard deviation of each figure over the resamples; NaN for fewer than two rows.
 */
export function bootstrapErrors(
  rows: number,
  width: number,
  addRow: (row: number, sums: Float64Array, at: number) => void,
  figures: (sums: Float64Array) => readonly number[],
  generator: Generator,
  resamples = 500,
): number[] {
  const blocks = Math.min(rows, MOST_BLOCKS);
  const sums = new Float64Array(blocks * width);
  for (let row = 0; row < rows; row++) addRow(row, sums, Math.floor((row * blocks) / rows) * width);
  const drawn = Array.from({ length: resamples }, () => {
    const resample = new Float64Array(width);
    for (let i = 0; i < blocks; i++) {
      const block = generator.below(blocks);
      for (let term = 0; term < width; term++) resample[term] += sums[block * width + term];
    }
    return figures(resample);
  });
  return drawn[0].map((_, figure) => {
    if (rows < 2) return Number.NaN;
    const mean = drawn.reduce((sum, values) => sum + values[figure], 0) / resamples;
    const squares = drawn.reduce((sum, values) => sum + (values[figure] - mean) ** 2, 0);
    return Math.sqrt(squares / (resamples - 1));
  });
}
