import { describe, expect, test } from '@jest/globals';
import { bandCounts, bandPValue, ecdfBand } from '../../src/stats/ecdf-band.js';
import { makeGenerator } from '../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';

/**
 * Algorithm 2 of arXiv 2103.10522 as printed, with scipy's binom.pmf between all pairs of counts and bisection of
 * gamma to 1e-9 (scipy 1.17).
 */
const GAMMAS = [
  { n: 50, points: 100, gamma: 0.0050224066 },
  { n: 100, points: 100, gamma: 0.0041097495 },
  { n: 1000, points: 100, gamma: 0.0026696108 },
  { n: 5000, points: 100, gamma: 0.0024097782 },
  { n: 50, points: 50, gamma: 0.0064194841 },
  { n: 250, points: 250, gamma: 0.0024718719 },
];

test.each(GAMMAS)('gamma of n = $n at $points points is that of the published algorithm', (known) => {
  const { gamma } = ecdfBand(known.n, 0.95, known.points);
  expect(gamma / known.gamma).toBeCloseTo(1, 6);
});

test('the band is symmetric and its ends are quantiles of the binomial distribution', () => {
  const { points, low, high } = ecdfBand(100, 0.95, 100);
  for (let k = 0; k < points.length; k++) {
    expect(low[k] + high[points.length - 1 - k]).toBeCloseTo(1, 12);
  }
  // scipy: binom.ppf(0.0041097495 / 2, 100, 0.5) = 36.
  expect(low[49]).toBe(0.36);
});

test('uniform values leave the 90 % band in 10 % of cases at most, and nearly that', () => {
  const generator = makeGenerator(11, 1);
  const [n, repetitions] = [200, 2000];
  const band = ecdfBand(n, 0.9);
  let left = 0;
  for (let i = 0; i < repetitions; i++) {
    const counts = bandCounts(uniform(n, generator));
    const outside = counts.some(
      (count, k) => count < Math.round(band.low[k] * n) || count > Math.round(band.high[k] * n),
    );
    if (outside) left++;
    // A p-value takes a millisecond.
    if (outside || i % 10 === 0) expect(bandPValue(counts, n) <= 0.1).toBe(outside);
  }
  // Binomial error 0.0067; four of them.
  expect(Math.abs(left / repetitions - 0.1)).toBeLessThan(0.027);
});

test('p-values of uniform values are uniform (false alarms: 1 in 1000 by choice of seed)', () => {
  const generator = makeGenerator(5, 1);
  const pValues = Array.from({ length: 1000 }, () => bandPValue(bandCounts(uniform(300, generator)), 300));
  expect(ksPValue(ksDistance(pValues), 1000)).toBeGreaterThan(0.001);
});

describe('finds', () => {
  const generator = makeGenerator(3, 1);
  test('values drawn from a distribution 5 % too wide', () => {
    const values = uniform(20_000, generator).map((u) => u + 0.05 * Math.sin(4 * Math.PI * u) * 0.5);
    expect(bandPValue(bandCounts(values), 20_000)).toBeLessThan(1e-6);
  });
  test('tails that Kolmogorov’s distance cannot see', () => {
    // What belongs between 0.01 and 0.02 lies below 0.01: 40 values instead of 20.
    const even = Float64Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 2000);
    const values = even.map((u) => (u > 0.01 && u < 0.02 ? u - 0.01 : u));
    expect(ksPValue(ksDistance(values), 2000)).toBeGreaterThan(0.2);
    expect(bandPValue(bandCounts(values), 2000)).toBeLessThan(0.01);
  });
});

test('a million values: gamma keeps the level', () => {
  const { gamma } = ecdfBand(1_000_000);
  // The exact coverage of gamma = 0.0023 is 0.94805 (measured by the same recursion).
  expect(gamma).toBeGreaterThan(0.00215);
  expect(gamma).toBeLessThan(0.0023);
});

// Only one point far out: its own binomial tail, and at most as much at each of the 99 points.
test.each([500, 8101, 20_000])('small p-values of %d values are not lost in rounding', (n) => {
  const logFactorials = new Float64Array(n + 1);
  for (let k = 1; k <= n; k++) logFactorials[k] = logFactorials[k - 1]! + Math.log(k);
  const tail = (count: number) => {
    let sum = 0;
    for (let c = 0; c <= count; c++)
      sum += Math.exp(logFactorials[n]! - logFactorials[c]! - logFactorials[n - c]! - n * Math.LN2);
    return sum;
  };
  for (const deviations of [5, 5.9, 7]) {
    const counts = Uint32Array.from({ length: 99 }, (_, k) => Math.round((n * (k + 1)) / 100));
    counts[49] = Math.round(n / 2 - (deviations * Math.sqrt(n)) / 2);
    const gamma = 2 * tail(counts[49]);
    const pValue = bandPValue(counts, n);
    expect(pValue / gamma).toBeGreaterThan(0.99);
    expect(pValue / gamma).toBeLessThan(99);
  }
});

test('edges: one value, ties, ends of the interval', () => {
  expect([...bandCounts([0, 0.5, 0.5, 1], 4)]).toEqual([1, 3, 3]);
  expect(bandPValue(bandCounts([0.5]), 1)).toBe(1);
  // All 50 values below 0.01: 2 · 0.01^50 at one point, times 99 points at most.
  const pValue = bandPValue(bandCounts(new Float64Array(50)), 50);
  expect(pValue).toBeLessThan(1e-40);
  expect(pValue).toBeGreaterThan(0);
});

function uniform(n: number, generator: { uniform(): number }): Float64Array {
  return Float64Array.from({ length: n }, () => generator.uniform());
}
