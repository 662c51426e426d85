/** Many quantile functions, each at every tau of one grid. */
import type { QuantileRows } from './solve-tau.js';

/** @returns value and slope, [rows, grid] each. */
export async function onGrid(
  quantile: QuantileRows,
  rows: Uint32Array,
  grid: Float32Array,
): Promise<{ value: Float32Array; slope: Float32Array }> {
  const owners = new Uint32Array(rows.length * grid.length);
  const tau = new Float32Array(owners.length);
  rows.forEach((row, i) => {
    owners.fill(row, i * grid.length, (i + 1) * grid.length);
    tau.set(grid, i * grid.length);
  });
  const { value, slope } = await quantile(owners, tau);
  return { value: value.slice(), slope: slope.slice() };
}
