/**
 * The tau at which a quantile function takes a value: the CDF from its inverse, for many functions at once.
 *
 *     F(y) = measure of {tau : f(tau) ≤ y},   density = sum over f(tau) = y of 1 / |df/dtau|
 *
 * Where f increases this is one tau, found on a coarse grid and then by false position (the Illinois variant: Dowell,
 * Jarratt, BIT 11 (1971) 168) in logit tau, in which quantile functions with exponential tails are straight. Where
 * values or slopes on the way show f to fall somewhere (quantiles cross), F is measured on a fine grid with straight
 * lines between: the CDF of what the network samples. A fall between
 * the places looked at, some fifteen, goes unseen.
 */

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
const FINE = 1024;
/** A step of false position shrinks the error tenfold at least on these functions; float32 has seven digits. */
const MOST_STEPS = 30;
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

type Mutable = { -readonly [key in keyof SolvedTau]: SolvedTau[key] };

async function solveRows(
  quantile: QuantileRows,
  values: ArrayLike<number>,
  rows: Uint32Array,
  solved: Mutable,
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
    } else brackets.push(makeBracket(row, own, y));
  });
  await falsePosition(quantile, brackets, solved, crossing);
  solved.crossed += crossing.length;
  await measure(quantile, values, Uint32Array.from(crossing), solved);
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

/** Each function at each tau of a grid, [rows, grid]. */
async function onGrid(
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

function falls(own: Float32Array, slopes: Float32Array): boolean {
  if (slopes.some((slope) => slope < 0)) return true;
  for (let i = 1; i < own.length; i++) {
    if (own[i] < own[i - 1] - NOISE * Math.max(Math.abs(own[i]), Math.abs(own[i - 1]))) return true;
  }
  return false;
}

/** Ends in logit tau, with the distances f - y there: below ≤ 0 ≤ above. */
interface Bracket {
  readonly row: number;
  readonly y: number;
  low: number;
  high: number;
  below: number;
  above: number;
  /** Which end moved last: -1 low, 1 high. */
  moved: number;
}

function makeBracket(row: number, own: Float32Array, y: number): Bracket {
  let i = 1;
  while (i < COARSE - 1 && own[i] < y) i++;
  return {
    row,
    y,
    low: logit(COARSE_GRID[i - 1]),
    high: logit(COARSE_GRID[i]),
    below: own[i - 1] - y,
    above: own[i] - y,
    moved: 0,
  };
}

/** Functions that turn out to fall on the way are added to `crossing`. */
async function falsePosition(
  quantile: QuantileRows,
  brackets: Bracket[],
  solved: Mutable,
  crossing: number[],
): Promise<void> {
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
        crossing.push(bracket.row);
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

const FINE_GRID = Float32Array.from({ length: FINE }, (_, i) => (i + 0.5) / FINE);

/** F and density of functions that fall somewhere: lines between the points of a fine, even grid. */
async function measure(
  quantile: QuantileRows,
  values: ArrayLike<number>,
  rows: Uint32Array,
  solved: Mutable,
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

function logit(tau: number): number {
  return Math.log(tau / (1 - tau));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
