/**
 * The tau at which a quantile function takes a value: the CDF from its inverse, for many functions at once.
 *
 *     F(y) = measure of {tau : f(tau) ≤ y},   density = sum over f(tau) = y of 1 / |df/dtau|
 *
 * Where f increases this is one tau, found on a coarse grid and then by false position: the Illinois variant (Dowell,
 * Jarratt, BIT 11 (1971) 168) in logit tau, in which quantile functions with exponential tails are straight. Where values
 * or slopes on the way show f to fall somewhere (quantiles cross), F is measured on a fine grid: the CDF of what the
 * network samples. A fall between the places looked at, some fifteen, goes unseen.
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
  crossed: number;
  below: number;
  above: number;
}

/** The smallest tau that sampling draws, 2^-24; the largest is 1 minus that. */
const SMALLEST_TAU = 2 ** -24;
/** Values that differ by less, relatively, are equal: float32 arithmetic leaves noise of 1e-6. */
const NOISE = 4e-6;
/**
 * Few, since each costs a whole evaluation: false position needs five more from here. Slopes are looked at on all of
 * them.
 */
const COARSE = Float32Array.of(SMALLEST_TAU, 1e-3, 0.03, 0.2, 0.5, 0.8, 0.97, 1 - 1e-3, 1 - SMALLEST_TAU);
const FINE = Float32Array.from({ length: 1024 }, (_, i) => (i + 0.5) / 1024);
/** Functions solved at a time, and measured on the fine grid at a time. */
const [CHUNK, FINE_CHUNK] = [1 << 13, 128];
/** A step shrinks the error tenfold at least on these functions; float32 has seven digits. */
const MOST_STEPS = 30;

/**
 * @param values [N] y, one for each function, in the functions' unit.
 * @example await solveTau(async (_, tau) => ({ value: tau, slope: tau.map(() => 1) }), [0.3]) // tau [0.3]
 */
export async function solveTau(quantile: QuantileRows, values: ArrayLike<number>): Promise<SolvedTau> {
  const count = values.length;
  const solved: SolvedTau = {
    tau: new Float64Array(count),
    density: new Float64Array(count),
    crossed: 0,
    below: 0,
    above: 0,
  };
  for (let first = 0; first < count; first += CHUNK) {
    const rows = Uint32Array.from({ length: Math.min(CHUNK, count - first) }, (_, i) => first + i);
    const crossing = await falsePosition(quantile, await bracketed(quantile, values, rows, solved), solved);
    solved.crossed += crossing.length;
    for (let some = 0; some < crossing.length; some += FINE_CHUNK)
      await measure(quantile, values, Uint32Array.from(crossing.slice(some, some + FINE_CHUNK)), solved);
  }
  return solved;
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

interface Bracketed {
  readonly brackets: readonly Bracket[];
  /** Rows of functions that fall. */
  readonly falling: number[];
}

/** Neighbours of the coarse grid around each value; what lies outside of all of it is solved at once. */
async function bracketed(
  quantile: QuantileRows,
  values: ArrayLike<number>,
  rows: Uint32Array,
  solved: SolvedTau,
): Promise<Bracketed> {
  const { value, slope } = await onGrid(quantile, rows, COARSE);
  const last = COARSE.length - 1;
  const falling: number[] = [];
  const brackets: Bracket[] = [];
  rows.forEach((row, i) => {
    const [from, to] = [i * COARSE.length, (i + 1) * COARSE.length];
    const own = value.subarray(from, to);
    const y = values[row];
    if (falls(own, slope.subarray(from, to))) falling.push(row);
    else if (y < own[0]) solved.below++;
    else if (y > own[last]) {
      solved.above++;
      solved.tau[row] = 1;
    } else {
      let at = 1;
      while (at < last && own[at] < y) at++;
      const [low, high] = [logit(COARSE[at - 1]), logit(COARSE[at])];
      brackets.push({ row, y, low, high, below: own[at - 1] - y, above: own[at] - y, moved: 0 });
    }
  });
  return { brackets, falling };
}

function falls(own: Float32Array, slopes: Float32Array): boolean {
  if (slopes.some((slope) => slope < 0)) return true;
  return own.some(
    (value, i) => i > 0 && value < own[i - 1] - NOISE * Math.max(Math.abs(value), Math.abs(own[i - 1])),
  );
}

/**
 * Closes all brackets in together.
 *
 * @param solved written to: tau and density, at the brackets' rows.
 * @returns rows of functions that fall, those that turned out to on the way too; they are not solved.
 */
async function falsePosition(
  quantile: QuantileRows,
  { brackets, falling }: Bracketed,
  solved: SolvedTau,
): Promise<number[]> {
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

/**
 * F and density of functions that fall somewhere, with straight lines between the points of the fine grid.
 *
 * @param solved written to, at `rows`: F, density, and how many values lie below and above a function's range.
 */
async function measure(
  quantile: QuantileRows,
  values: ArrayLike<number>,
  rows: Uint32Array,
  solved: SolvedTau,
): Promise<void> {
  const points = FINE.length;
  const { value } = await onGrid(quantile, rows, FINE);
  rows.forEach((row, i) => {
    const own = value.subarray(i * points, (i + 1) * points);
    const y = values[row];
    // Half an interval before the first point and after the last belongs to that point.
    let measured = 0.5 * ((own[0] <= y ? 1 : 0) + (own[points - 1] <= y ? 1 : 0));
    let density = 0;
    for (let j = 1; j < points; j++) {
      const [a, b] = [own[j - 1], own[j]];
      const [low, high] = a < b ? [a, b] : [b, a];
      if (y >= high) measured += 1;
      else if (y >= low) {
        measured += (y - low) / (high - low);
        density += 1 / (high - low);
      }
    }
    solved.tau[row] = measured / points;
    solved.density[row] = density / points;
    if (measured === 0) solved.below++;
    else if (measured === points) solved.above++;
  });
}

/** Many quantile functions, each at every tau of one grid: value and slope, [rows, grid] each. */
async function onGrid(quantile: QuantileRows, rows: Uint32Array, grid: Float32Array) {
  const owners = new Uint32Array(rows.length * grid.length);
  const tau = new Float32Array(owners.length);
  rows.forEach((row, i) => {
    owners.fill(row, i * grid.length, (i + 1) * grid.length);
    tau.set(grid, i * grid.length);
  });
  const { value, slope } = await quantile(owners, tau);
  return { value: value.slice(), slope: slope.slice() };
}

function logit(tau: number): number {
  return Math.log(tau / (1 - tau));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
