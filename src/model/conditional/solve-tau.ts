/**
 * The tau at which a quantile function takes a value: the CDF from its inverse, for many functions at once.
 *
 *     F(y) = measure of {tau : f(tau) ≤ y},   density = sum over f(tau) = y of 1 / |df/dtau|
 *
 * Where f increases this is one tau, found on a coarse grid and then by false position. Where values or slopes on the way
 * show f to fall somewhere (quantiles cross), F is measured on a fine grid: the CDF of what the network samples. A fall
 * between the places looked at, some fifteen, goes unseen.
 */
import { measureCdf } from './crossing-cdf.js';
import { type Bracket, falsePosition, makeBracket } from './false-position.js';
import { onGrid } from './quantiles-on-grid.js';

/**
 * Evaluates quantile functions at many places in one call.
 *
 * @param rows which function each place is of, [n].
 * @param tau [n] in (0, 1).
 * @returns value [n], the quantiles, and slope [n], d value / d tau. May be overwritten by the next call.
 */
export type QuantileRows = (
  rows: Uint32Array,
  tau: Float32Array,
) => Promise<{ readonly value: Float32Array; readonly slope: Float32Array }>;

export interface SolvedTau {
  /** F(y), [N] in [0, 1]; 0 or 1 where y lies outside the range of f. */
  readonly tau: Float64Array;
  /** dF/dy, [N]; 0 outside the range. */
  readonly density: Float64Array;
  /** Functions that fall somewhere, and values below and above a function's range. */
  readonly crossed: number;
  readonly below: number;
  readonly above: number;
}

/** The smallest tau that sampling draws, 2^-24; the largest is 1 minus that. */
const SMALLEST_TAU = 2 ** -24;
/** Values that differ by less, relatively, are equal: float32 arithmetic leaves noise of 1e-6. */
const NOISE = 4e-6;

/** Functions solved at a time. */
const CHUNK = 1 << 13;

/**
 * @param values [N] y, one for each function, in the functions' unit.
 * @example await solveTau(async (_, tau) => ({ value: tau, slope: tau.map(() => 1) }), [0.3]) // tau [0.3]
 */
export async function solveTau(quantile: QuantileRows, values: ArrayLike<number>): Promise<SolvedTau> {
  const count = values.length;
  const solved = {
    tau: new Float64Array(count),
    density: new Float64Array(count),
    crossed: 0,
    below: 0,
    above: 0,
  };
  for (let first = 0; first < count; first += CHUNK) {
    const rows = Uint32Array.from({ length: Math.min(CHUNK, count - first) }, (_, i) => first + i);
    await solveRows(quantile, values, rows, solved);
  }
  return solved;
}

/** While it is being solved. */
export type Solving = { -readonly [key in keyof SolvedTau]: SolvedTau[key] };

async function solveRows(
  quantile: QuantileRows,
  values: ArrayLike<number>,
  rows: Uint32Array,
  solved: Solving,
): Promise<void> {
  const { value, slope } = await onGrid(quantile, rows, COARSE_GRID);
  const crossing: number[] = [];
  const brackets: Bracket[] = [];
  rows.forEach((row, i) => {
    const own = value.subarray(i * COARSE, (i + 1) * COARSE);
    const y = values[row];
    if (falls(own, slope.subarray(i * COARSE, (i + 1) * COARSE))) {
      crossing.push(row);
      return;
    }
    if (y < own[0]) solved.below++;
    else if (y > own[COARSE - 1]) {
      solved.above++;
      solved.tau[row] = 1;
    } else brackets.push(makeBracket(row, y, COARSE_GRID, own));
  });
  crossing.push(...(await falsePosition(quantile, brackets, solved)));
  solved.crossed += crossing.length;
  await measureCdf(quantile, values, Uint32Array.from(crossing), solved);
}

/**
 * Few, since each costs a whole evaluation: false position needs five more from here. Slopes are looked at on all of
 * them.
 */
const COARSE_GRID = Float32Array.of(
  SMALLEST_TAU,
  1e-3,
  0.03,
  0.2,
  0.5,
  0.8,
  0.97,
  1 - 1e-3,
  1 - SMALLEST_TAU,
);
const COARSE = COARSE_GRID.length;

function falls(own: Float32Array, slopes: Float32Array): boolean {
  if (slopes.some((slope) => slope < 0)) return true;
  for (let i = 1; i < own.length; i++) {
    if (own[i] < own[i - 1] - NOISE * Math.max(Math.abs(own[i]), Math.abs(own[i - 1]))) return true;
  }
  return false;
}
