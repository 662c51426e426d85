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
  const place = new Float64Array(start.length);
  for (let k = 0; k < place.length; k++) place[k] = clamp(start[k], low[k], high[k]);
  const [moves, least, most] = [0, 1, 2].map(() => new Float64Array(place.length));
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const { gradient, second } = derivatives(place);
    for (let k = 0; k < place.length; k++) {
      least[k] = Math.max(low[k] - place[k], -LONGEST_MOVE);
      most[k] = Math.min(high[k] - place[k], LONGEST_MOVE);
    }
    topOfParabola(gradient, second, least, most, moves);
    let longest = 0;
    for (let k = 0; k < place.length; k++) {
      place[k] += moves[k];
      longest = Math.max(longest, Math.abs(moves[k]));
    }
    if (longest < CLOSE) break;
  }
  return { place, value: derivatives(place).value };
}

const MOST_TURNS = 6;
const LONGEST_MOVE = 1;
const CLOSE = 1e-3;
/** What bends less downwards than this counts as bending so. */
const LEAST_CURVATURE = 0.05;
const MOST_SWEEPS = 20;

/** The displacement, by ascent in one variable after the other. @param moves written to. */
function topOfParabola(
  gradient: Float64Array,
  second: Float64Array,
  low: Float64Array,
  high: Float64Array,
  moves: Float64Array,
): void {
  const size = gradient.length;
  for (let k = 0; k < size; k++) moves[k] = clamp(0, low[k], high[k]);
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
}
