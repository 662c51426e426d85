import { describe, expect, test } from '@jest/globals';
import type { StudyTotals, VariableTotals } from '../../src/sampling/totals.js';
import { makeGenerator } from '../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';
import { closure, pitFromRanks } from '../../src/studies/closure.js';

const uniform = (count: number, seed: number) =>
  Float64Array.from({ length: count }, makeGenerator(seed, 94).uniform);

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

function totalsOf(less: number[], equal: number[], samples: number): StudyTotals {
  const part: VariableTotals = {
    edges: new Float32Array(2),
    counts: new Uint32Array(3 * samples),
    less: Uint32Array.from(less),
    equal: Uint32Array.from(equal),
    median: new Float32Array(less.length),
  };
  return { jets: less.length, samples, variables: { pt: part, eta: part, phi: part, mass: part } };
}

describe('the PIT from ranks', () => {
  test('lies in the interval of its rank, ties included', () => {
    const pit = pitFromRanks(totalsOf([0, 4, 2], [0, 0, 1], 4), 'pt', 1);
    for (const [jet, [low, high]] of [
      [0, 0.2],
      [0.8, 1],
      [0.4, 0.8],
    ].entries()) {
      expect(pit[jet]).toBeGreaterThan(low!);
      expect(pit[jet]).toBeLessThan(high!);
    }
  });

  test.each([
    ['every rank is as likely, even with two samples a jet', (jet: number) => jet % 3, 0],
    ['all samples equal the true value, as masses of zero do', () => 0, 2],
  ])('is uniform where %s', (_, rank, equal) => {
    const count = 30_000;
    const ranks = Array.from({ length: count }, (__, jet) => rank(jet));
    const pit = pitFromRanks(totalsOf(ranks, Array(count).fill(equal), 2), 'eta', 5);
    expect(ksPValue(ksDistance(pit), count)).toBeGreaterThan(0.01);
  });

  test('differs between variables and seeds', () => {
    const all = totalsOf(Array(100).fill(1), Array(100).fill(0), 3);
    const pit = pitFromRanks(all, 'pt', 1);
    expect(pitFromRanks(all, 'eta', 1)).not.toEqual(pit);
    expect(pitFromRanks(all, 'pt', 2)).not.toEqual(pit);
  });
});
