/**
 * Where increasing functions take given values, by false position, for many of them at once: the Illinois variant (Dowell,
 * Jarratt, BIT 11 (1971) 168) in logit tau, in which quantile functions with exponential tails are straight.
 */
import type { QuantileRows, SolvedTau } from './solve-tau.js';

/** A step shrinks the error tenfold at least on these functions; float32 has seven digits. */
const MOST_STEPS = 30;

/** Ends in logit tau, with the distances f - y there: below ≤ 0 ≤ above. */
export interface Bracket {
  readonly row: number;
  readonly y: number;
  low: number;
  high: number;
  below: number;
  above: number;
  /** Which end moved last: -1 low, 1 high. */
  moved: number;
}

/**
 * @param grid of tau, increasing.
 * @param values of the function on it; y lies between the first and the last.
 */
export function makeBracket(row: number, y: number, grid: Float32Array, values: Float32Array): Bracket {
  let i = 1;
  while (i < grid.length - 1 && values[i] < y) i++;
  return {
    row,
    y,
    low: logit(grid[i - 1]),
    high: logit(grid[i]),
    below: values[i - 1] - y,
    above: values[i] - y,
    moved: 0,
  };
}

/**
 * Closes all brackets in together.
 *
 * @param solved written to: tau and density, at the brackets' rows.
 * @returns rows of functions that turned out to fall on the way, which are not solved.
 */
export async function falsePosition(
  quantile: QuantileRows,
  brackets: readonly Bracket[],
  solved: Pick<SolvedTau, 'tau' | 'density'>,
): Promise<number[]> {
  const falling: number[] = [];
  let active = brackets;
  for (let step = 0; active.length > 0; step++) {
    const middles = active.map(next);
    const tau = Float32Array.from(middles, sigmoid);
    const { value, slope } = await quantile(
      Uint32Array.from(active, ({ row }) => row),
      tau,
    );
    active = active.filter((bracket, i) => {
      const distance = value[i] - bracket.y;
      shrink(bracket, middles[i], distance);
      if (slope[i] < 0) {
        falling.push(bracket.row);
        return false;
      }
      const close = Math.abs(distance) <= 3e-7 * Math.abs(bracket.y) || bracket.high - bracket.low < 1e-6;
      if (!close && step < MOST_STEPS) return true;
      // The rest of the way along the tangent, where it does not leave the bracket.
      const end = tau[i] - distance / slope[i];
      const [low, high] = [sigmoid(bracket.low), sigmoid(bracket.high)];
      solved.tau[bracket.row] = end >= low && end <= high ? end : tau[i];
      solved.density[bracket.row] = slope[i] > 0 ? 1 / slope[i] : 0;
      return false;
    });
  }
  return falling;
}

function next({ low, high, below, above }: Bracket): number {
  const secant = above > below ? low + (high - low) * (-below / (above - below)) : 0.5 * (low + high);
  // Away from the ends, or a bracket with one end right would never close.
  const margin = 1e-3 * (high - low);
  return Math.min(high - margin, Math.max(low + margin, secant));
}

/** Illinois: where the same end moves twice, the other one's distance counts half. */
function shrink(bracket: Bracket, middle: number, distance: number): void {
  if (distance <= 0) {
    if (bracket.moved === -1) bracket.above /= 2;
    bracket.low = middle;
    bracket.below = distance;
    bracket.moved = -1;
  } else {
    if (bracket.moved === 1) bracket.below /= 2;
    bracket.high = middle;
    bracket.above = distance;
    bracket.moved = 1;
  }
}

function logit(tau: number): number {
  return Math.log(tau / (1 - tau));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
