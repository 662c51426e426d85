/** The highest place of a function of four variables between limits: Newton's method, each step a parabola's top inside the limits. */
import { clamp } from './coordinates.js';
import type { Derivatives } from './polynomial.js';

/**
 * @param start [4], where to begin; not written to.
 * @param low and high [4]: limits; a variable whose limits are equal stays there.
 * @returns place [4] and the value there.
 */
export function highestPlace(
  derivatives: (z: ArrayLike<number>) => Derivatives,
  start: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): { place: Float64Array; value: number } {
  const place = Float64Array.from(start, (value, k) => clamp(value, low[k], high[k]));
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const { gradient, second } = derivatives(place);
    const moves = topOfParabola(
      gradient,
      second,
      place.map((value, k) => Math.max(low[k] - value, -LONGEST_MOVE)),
      place.map((value, k) => Math.min(high[k] - value, LONGEST_MOVE)),
    );
    for (let k = 0; k < place.length; k++) place[k] += moves[k];
    if (moves.every((move) => Math.abs(move) < CLOSE)) break;
  }
  return { place, value: derivatives(place).value };
}

const MOST_TURNS = 6;
const LONGEST_MOVE = 1;
const CLOSE = 1e-3;
/** What bends less downwards than this counts as bending so. */
const LEAST_CURVATURE = 0.05;
const MOST_SWEEPS = 20;

/** The displacement, by ascent in one variable after the other. */
function topOfParabola(
  gradient: Float64Array,
  second: Float64Array,
  low: Float64Array,
  high: Float64Array,
): Float64Array {
  const size = gradient.length;
  const moves = gradient.map((_, k) => clamp(0, low[k], high[k]));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let j = 0; j < size; j++) {
      let pull = gradient[j];
      for (let i = 0; i < size; i++) if (i !== j) pull += second[j * size + i] * moves[i];
      const curvature = Math.max(LEAST_CURVATURE, -second[j * size + j]);
      const move = clamp(pull / curvature, low[j], high[j]);
      largest = Math.max(largest, Math.abs(move - moves[j]));
      moves[j] = move;
    }
    if (largest < CLOSE / 10) break;
  }
  return moves;
}
