/**
 * The CDF of quantile functions that fall somewhere: the measure of all tau whose quantile lies below, with straight lines
 * between the points of a fine, even grid. It is the CDF of what the network samples.
 */
import { onGrid } from './quantiles-on-grid.js';
import type { QuantileRows, Solving } from './solve-tau.js';

const FINE = 1024;
const FINE_GRID = Float32Array.from({ length: FINE }, (_, i) => (i + 0.5) / FINE);

/** @param solved written to, at `rows`: F, density, and how many values lie below and above a function's range. */
export async function measureCdf(
  quantile: QuantileRows,
  values: ArrayLike<number>,
  rows: Uint32Array,
  solved: Solving,
): Promise<void> {
  const perCall = 128;
  for (let first = 0; first < rows.length; first += perCall) {
    const some = rows.subarray(first, first + perCall);
    const { value } = await onGrid(quantile, some, FINE_GRID);
    some.forEach((row, i) => {
      const own = value.subarray(i * FINE, (i + 1) * FINE);
      const y = values[row];
      // Half an interval before the first point and after the last belongs to that point.
      let measure = 0.5 * ((own[0] <= y ? 1 : 0) + (own[FINE - 1] <= y ? 1 : 0));
      let density = 0;
      for (let j = 1; j < FINE; j++) {
        const [a, b] = [own[j - 1], own[j]];
        const [low, high] = a < b ? [a, b] : [b, a];
        if (y >= high) measure += 1;
        else if (y >= low) {
          measure += (y - low) / (high - low);
          density += 1 / (high - low);
        }
      }
      solved.tau[row] = measure / FINE;
      solved.density[row] = density / FINE;
      if (measure === 0) solved.below++;
      else if (measure === FINE) solved.above++;
    });
  }
}
