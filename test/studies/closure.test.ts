import { expect, test } from '@jest/globals';
import { philox4x32, STREAM } from '../../src/stats/philox.js';
import { closure } from '../../src/studies/closure.js';

function uniform(count: number, seed: number): Float64Array {
  const words = new Uint32Array(4);
  return Float64Array.from({ length: count }, (_, i) => {
    philox4x32(words, i, 0, 0, STREAM.tests, seed, 0);
    return (words[0] + 0.5) / 2 ** 32;
  });
}

test('an even PIT: equal counts, no distance', () => {
  const pit = Float64Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
  const result = closure('pt', pit);
  expect(result.counts).toEqual(Array(50).fill(20));
  expect(result.expected).toBe(20);
  expect(result.largestDeviation).toBe(0);
  expect(result.ks).toBeCloseTo(0.0005, 12);
  expect(result.pValue).toBe(1);
  // scipy.stats.binom.ppf([0.0005, 0.9995, 0.158655, 0.841345], 1000, 0.02).
  expect(result.band).toEqual({ level: 0.95, low: 7, high: 36 });
  expect(result.sigma).toEqual({ low: 16, high: 24 });
});

test('a PIT that is all on one side', () => {
  const { ks, pValue, largestDeviation } = closure(
    'pt',
    Float64Array.from({ length: 500 }, (_, i) => i / 1000),
  );
  expect(ks).toBeCloseTo(0.5, 2);
  expect(pValue).toBeLessThan(1e-50);
  expect(largestDeviation).toBe(1);
});

test('one bin too full: the largest deviation is that bin’s', () => {
  const even = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
  const { counts, expected, largestDeviation } = closure(
    'pt',
    Float64Array.from([...even, ...Array(100).fill(0.311)]),
  );
  expect(counts[15]).toBe(102);
  expect(largestDeviation).toBeCloseTo(102 / expected - 1, 12);
});

test('uniform PIT: the band holds all bins in 95 % of 200 repetitions, p-values are uniform', () => {
  const results = Array.from({ length: 200 }, (_, seed) => closure('pt', uniform(2000, seed)));
  const outside = results.filter(({ counts, band }) =>
    counts.some((count) => count < band.low || count > band.high),
  ).length;
  // Binomial(200, ≤ 0.05): 21 or more happen once in a thousand.
  expect(outside).toBeLessThanOrEqual(21);
  const small = results.filter(({ pValue }) => pValue < 0.1).length;
  // Binomial(200, 0.1) stays in [8, 34] but for three in a thousand.
  expect(small).toBeGreaterThanOrEqual(8);
  expect(small).toBeLessThanOrEqual(34);
});
