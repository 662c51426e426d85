/**
 * What is off about a variable, in its own terms, from the PIT u of its true values: how far the predictions lie from the
 * truth in units of the predicted width, and by how much that width is wrong.
 *
 *     shift = sqrt(2) Φ⁻¹(mean(u))                                 for true values normal (shift, 1), predicted normal (0, 1)
 *     width = sqrt(q / (1 - q)) - 1,  q = sin(pi/2 mean((2 u - 1)²))            true values normal (0, 1 + width)
 *
 * Exact for normal responses, near enough for others. Each has its pull, in errors of a right model: the means of
 * g_1 = sqrt(3) (2 u - 1) and g_2 = sqrt(5) (6 u² - 6 u + 1), times sqrt(N).
 */
import type { Variable } from '../jets/columns.js';
import { normalQuantile } from '../stats/normal.js';

/** A shift or a width is named from so many of its errors on; where neither is, the quantile that is farthest off. */
const SEEN = 3;
/** So large a share of true values beyond all that the model gives is named before anything else. */
const BEYOND = 0.002;

/**
 * @param pits [N] in [0, 1], N > 0.
 * @param where "in all jets", "for gen pt 30 to 60 GeV".
 * @example 'pt is predicted 0.4 % of its width too low in all jets (3.6 σ)'
 */
export function pitEffect(variable: Variable, pits: ArrayLike<number>, where: string): string {
  const count = pits.length;
  let [sum, squares, below, above] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const t = 2 * pits[i] - 1;
    sum += t;
    squares += t * t;
    if (t === -1) below++;
    if (t === 1) above++;
  }
  const g1 = (Math.sqrt(3) * sum) / count;
  const g2 = (Math.sqrt(5) * (1.5 * squares - 0.5 * count)) / count;
  const [shiftPull, widthPull] = [g1, g2].map((g) => g * Math.sqrt(count));
  // What the model never gives is no matter of a shift or a width.
  if (Math.max(below, above) > BEYOND * count) {
    const side = above > below ? 'above' : 'below';
    return `${percent(Math.max(below, above) / count)} of the true values of ${variable} lie ${side} all that is predicted ${where}`;
  }
  // A large shift widens the PIT as well, up to 1.3 times its own pull.
  if (Math.abs(shiftPull) >= Math.max(SEEN, Math.abs(widthPull) / 2))
    return shiftInWords(variable, g1, where, shiftPull);
  if (Math.abs(widthPull) >= SEEN) return widthInWords(variable, g2, where, widthPull);
  return quantileInWords(variable, pits, where);
}

/** @param g1 mean of g_1; positive where the true values lie above the predicted ones. @param pull of it. */
export function shiftInWords(variable: Variable, g1: number, where: string, pull: number): string {
  const shift = Math.SQRT2 * normalQuantile(inside(0.5 + g1 / Math.sqrt(12)));
  return `${variable} is predicted ${percent(shift)} of its width too ${g1 > 0 ? 'low' : 'high'} ${where} (${sigmas(pull)})`;
}

/** @param g2 mean of g_2; positive where the true values spread more than the predicted ones. @param pull of it. */
export function widthInWords(variable: Variable, g2: number, where: string, pull: number): string {
  const q = Math.sin((Math.PI / 2) * inside((g2 / Math.sqrt(5) + 0.5) / 1.5));
  const width = Math.sqrt(q / (1 - q)) - 1;
  return `the width of ${variable} is predicted ${percent(1 - 1 / (1 + width))} too ${g2 > 0 ? 'small' : 'large'} ${where} (${sigmas(pull)})`;
}

/** Where the ECDF of the PIT is farthest from the diagonal, told of the nearer end. */
function quantileInWords(variable: Variable, pits: ArrayLike<number>, where: string): string {
  const sorted = Float64Array.from(pits).sort();
  let [largest, level, share] = [-1, 0, 0];
  sorted.forEach((u, i) => {
    for (const below of [i, i + 1]) {
      const distance = Math.abs(below / sorted.length - u);
      if (distance > largest) [largest, level, share] = [distance, u, below / sorted.length];
    }
  });
  const [side, tail] = level > 0.5 ? ['above', 1 - share] : ['below', share];
  return `${percent(tail)} of the true values of ${variable} lie ${side} its predicted ${Number((100 * level).toFixed(2))} % quantile ${where}`;
}

/** Away from the ends, where a quantile is infinite. */
function inside(share: number): number {
  return Math.min(1 - 1e-6, Math.max(1e-6, share));
}

/** A share as a percentage with two digits below 10 %: `0.43 %`, `31.2 %`. */
export function percent(share: number): string {
  const value = Math.abs(100 * share);
  return `${value >= 9.95 ? value.toFixed(1) : Number(value.toPrecision(2))} %`;
}

/** `3.6 σ`. */
export function sigmas(pull: number): string {
  return `${Math.abs(pull).toFixed(1)} σ`;
}
