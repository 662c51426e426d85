/**
 * A band that the ECDF of n uniform values leaves with a stated probability at most, at all points together.
 *
 *     z_k = k/K,  k = 1 … K-1;   C_k = number of values at or below z_k, binomial (n, z_k)
 *     low_k, high_k: the gamma/2 and 1 - gamma/2 quantiles of C_k;   gamma so that P(low_k ≤ C_k ≤ high_k for all k) ≥ level
 *
 * Säilynoja, Bürkner, Vehtari, "Graphical test for discrete uniformity and its applications in goodness-of-fit
 * evaluation and multiple sample comparison", Stat. Comput. 32 (2022), arXiv 2103.10522, algorithm 2. The paths inside
 * are counted exactly by recursion over k, to its middle. The increments of C are multinomial, that is Poisson ones of mean
 * n/K given their sum, so every step is the same convolution: sum of widths × kernel, not of widths squared.
 *
 * Time grows with n: a p-value takes 4 ms at n = 1000, 0.1 s at 20,000. Beyond 200,000 paths are counted for 20,000 values
 * instead, to which probabilities outside differ by less than 5 %: that much is added.
 */
import { bisectLeft } from 'd3-array';

/** What is left of 1 minus a sum of products in double precision. */
const SMALLEST_DIFFERENCE = 1e-10;
/** Points of the band where nobody asks for more. */
export const BAND_POINTS = 100;

export interface EcdfBand {
  /** z_k, [K - 1], in (0, 1). */
  readonly points: Float64Array;
  /** Least and greatest share of values at or below z_k inside the band, [K - 1]. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Two-sided pointwise probability outside. */
  readonly gamma: number;
}

/**
 * @param n number of values, ≥ 1.
 * @param level probability that uniform values stay inside, in (0, 1); never less than this.
 * @param points K ≥ 2.
 */
export function ecdfBand(n: number, level = 0.95, points = BAND_POINTS): EcdfBand {
  const gamma = bandGamma(n, level, points);
  const { low, high } = countLimits(countTables(n, points), n, gamma);
  return {
    points: Float64Array.from({ length: points - 1 }, (_, k) => (k + 1) / points),
    low: Float64Array.from(low, (count) => count / n),
    high: Float64Array.from(high, (count) => count / n),
    gamma,
  };
}

/**
 * The p-value that belongs to the band: how probable it is that uniform values go as far out, at any point, as these.
 * At or below 1 - level exactly where the ECDF leaves the band of that level. Below 1e-10 an upper limit.
 *
 * @param counts [K - 1] number of values at or below k/K, k = 1 … K-1: see {@link bandCounts}.
 */
export function bandPValue(counts: ArrayLike<number>, n: number): number {
  const points = counts.length + 1;
  const tables = countTables(n, points);
  let gamma = 1;
  for (let k = 0; k < counts.length; k++) {
    const below = atMost(tables[k], counts[k]);
    const above = atMost(tables[points - 2 - k], n - counts[k]);
    gamma = Math.min(gamma, 2 * below, 2 * above);
  }
  // What is as far out as the values seen counts as outside: a hair more than gamma leaves the band.
  const pValue = outsideProbability(n, points, tables, gamma * (1 + 1e-9));
  // Rounding hides smaller ones; there the sum over the points (Bonferroni) is an upper limit and nearly reached.
  return pValue > SMALLEST_DIFFERENCE ? pValue : Math.min(SMALLEST_DIFFERENCE, (points - 1) * gamma);
}

/** The probability that uniform values leave the band of gamma; of more than {@link LOOKED_AT} an upper limit, 5 % above. */
function outsideProbability(n: number, points: number, tables: readonly CountTable[], gamma: number): number {
  if (n > LOOKED_AT) {
    const fewer = outsideProbability(BISECTED, points, countTables(BISECTED, points), gamma);
    return Math.min(1, 1.05 * fewer);
  }
  return Math.max(0, 1 - insideProbability(n, points, countLimits(tables, n, gamma)));
}

/**
 * How many values lie at or below k/K, k = 1 … K-1.
 *
 * @param values in [0, 1], any order, none NaN.
 */
export function bandCounts(values: ArrayLike<number>, points = BAND_POINTS): Uint32Array {
  const bins = new Uint32Array(points + 1);
  // Bin k holds ((k-1)/K, k/K].
  for (let i = 0; i < values.length; i++) bins[Math.max(0, Math.ceil(values[i] * points - 1e-12))]++;
  const counts = new Uint32Array(points - 1);
  let sum = bins[0];
  for (let k = 1; k < points; k++) counts[k - 1] = sum += bins[k];
  return counts;
}

const GAMMAS = new Map<string, number>();
/** Up to here gamma is found by bisection, beyond from this n's gamma, which is 5 % too large at most. */
const BISECTED = 20_000;
/** Beyond, where one look at all paths takes most of a second, those 5 % are taken off unseen. */
const LOOKED_AT = 200_000;

/**
 * The largest gamma whose band holds with probability `level`, to 1e-7; beyond {@link BISECTED} 1 % below it at most,
 * beyond {@link LOOKED_AT} 5 %.
 */
function bandGamma(n: number, level: number, points: number): number {
  const key = `${n} ${level} ${points}`;
  let gamma = GAMMAS.get(key);
  if (gamma === undefined) {
    if (n > LOOKED_AT) return 0.95 * bandGamma(BISECTED, level, points);
    const tables = countTables(n, points);
    // Gammas between two steps of the counts have one band: paths are counted for each once.
    const known = new Map<string, number>();
    const outside = (value: number) => {
      const limits = countLimits(tables, n, value);
      const band = limits.low.join();
      const probability = known.get(band) ?? 1 - insideProbability(n, points, limits);
      known.set(band, probability);
      return probability;
    };
    gamma =
      n <= BISECTED
        ? bisectGamma(outside, level, points)
        : shrinkGamma(outside, level, bandGamma(BISECTED, level, points));
    GAMMAS.set(key, gamma);
  }
  return gamma;
}

/** Between Bonferroni's gamma and that of a single point. */
function bisectGamma(outside: (gamma: number) => number, level: number, points: number): number {
  let low = (1 - level) / (points - 1);
  let high = 1 - level;
  for (let step = 0; step < 25; step++) {
    const middle = Math.sqrt(low * high);
    if (outside(middle) <= 1 - level) low = middle;
    else high = middle;
  }
  return low;
}

/** The probability outside grows slightly slower than gamma: two or three evaluations. */
function shrinkGamma(outside: (gamma: number) => number, level: number, start: number): number {
  let gamma = start;
  for (let step = 0; step < 20; step++) {
    const probability = outside(gamma);
    if (probability <= 1 - level) break;
    gamma *= 0.998 * ((1 - level) / probability) ** 1.1;
  }
  return gamma;
}

/** P(C ≤ c) of a binomial count, for the c where it is neither 0 nor 1 in double precision. */
interface CountTable {
  readonly first: number;
  readonly cdf: Float64Array;
}

function countTables(n: number, points: number): CountTable[] {
  return Array.from({ length: points - 1 }, (_, k) => countTable(n, (k + 1) / points));
}

function countTable(n: number, rate: number): CountTable {
  const reach = 14 * Math.sqrt(n * rate * (1 - rate)) + 14;
  const first = Math.max(0, Math.floor(n * rate - reach));
  const last = Math.min(n, Math.ceil(n * rate + reach));
  const mode = Math.min(last, Math.floor((n + 1) * rate));
  const odds = rate / (1 - rate);
  const cdf = new Float64Array(last - first + 1);
  cdf[mode - first] = 1;
  for (let c = mode; c < last; c++) cdf[c + 1 - first] = (cdf[c - first] * odds * (n - c)) / (c + 1);
  for (let c = mode; c > first; c--) cdf[c - 1 - first] = (cdf[c - first] * c) / (odds * (n - c + 1));
  normalise(cdf);
  for (let i = 1; i < cdf.length; i++) cdf[i] += cdf[i - 1];
  return { first, cdf };
}

/** Below the table its first entry, some 1e-44, as an upper limit. */
function atMost({ first, cdf }: CountTable, count: number): number {
  if (count < first) return cdf[0];
  return count - first < cdf.length ? cdf[count - first] : 1;
}

interface CountLimits {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** The smallest counts with P(C ≤ c) ≥ gamma/2 and, since n - C_k is distributed as C_(K-k), the largest. */
function countLimits(tables: readonly CountTable[], n: number, gamma: number): CountLimits {
  const low = Int32Array.from(tables, ({ first, cdf }) => first + bisectLeft(cdf, gamma / 2));
  return { low, high: low.toReversed().map((count) => n - count) };
}

/**
 * P(low_k ≤ C_k ≤ high_k for all k): Poisson paths inside, over the probability that a path ends at n.
 *
 * n - C_(K-k) is distributed as C_k and has the same limits, so the second half of a path is the first half of another,
 * from the other end: with f_k(c) the probability of being at c in step k, never outside, paths inside have the sum over c of
 * f_b(c) f_a(n - c), a and b the two halves of K.
 */
function insideProbability(n: number, points: number, { low, high }: CountLimits): number {
  const { first, weights } = poissonKernel(n / points);
  const half = Math.floor(points / 2);
  let from = 0;
  let inside = Float64Array.of(1);
  let earlier = { from, inside };
  for (let k = 0; k < points - half; k++) {
    if (k === half) earlier = { from, inside };
    const start = low[k];
    const end = high[k];
    if (end < start) return 0;
    const next = new Float64Array(end - start + 1);
    for (let i = 0; i < inside.length; i++) {
      // Weight w leads from count from + i to from + i + first + w.
      const shift = from + i + first - start;
      const lastWeight = Math.min(weights.length - 1, next.length - 1 - shift);
      const value = inside[i];
      for (let w = Math.max(0, -shift); w <= lastWeight; w++) next[shift + w] += value * weights[w];
    }
    inside = next;
    from = start;
  }
  if (points % 2 === 0) earlier = { from, inside };
  let sum = 0;
  for (let i = 0; i < inside.length; i++)
    sum += inside[i] * (earlier.inside[n - from - i - earlier.from] ?? 0);
  return sum / poissonAtMean(n);
}

/** Poisson probabilities of a mean, from `first` on; what is left out is below 1e-20. */
function poissonKernel(mean: number): { first: number; weights: Float64Array } {
  const reach = 10 * Math.sqrt(mean) + 30;
  const first = Math.max(0, Math.floor(mean - reach));
  const weights = new Float64Array(Math.ceil(mean + reach) - first);
  const mode = Math.floor(mean);
  weights[mode - first] = 1;
  for (let i = mode - first; i + 1 < weights.length; i++)
    weights[i + 1] = (weights[i] * mean) / (first + i + 1);
  for (let i = mode - first; i > 0; i--) weights[i - 1] = (weights[i] * (first + i)) / mean;
  normalise(weights);
  return { first, weights };
}

/**
 * Probabilities from numbers in proportion to them. A hundred kernels multiply: an error of 1e-10, that of a usual
 * gamma function, would hide every p-value below 1e-8.
 */
function normalise(weights: Float64Array): void {
  let sum = 0;
  for (const weight of weights) sum += weight;
  for (let i = 0; i < weights.length; i++) weights[i] /= sum;
}

/** n^n e^-n / n!, the Poisson probability of the mean itself: by Stirling's series, without its large terms. */
function poissonAtMean(n: number): number {
  if (n < STIRLING_FROM) {
    let probability = Math.exp(-n);
    for (let k = 1; k <= n; k++) probability *= n / k;
    return probability;
  }
  return Math.exp(-1 / (12 * n) + 1 / (360 * n ** 3) - 1 / (1260 * n ** 5)) / Math.sqrt(2 * Math.PI * n);
}

/** The series' next term is then below 1e-15. */
const STIRLING_FROM = 100;
