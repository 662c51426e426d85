import { describe, expect, test } from '@jest/globals';
import { kolmogorovTail, ksDistance, ksPValue } from '../../src/stats/ks.js';

// Values from scipy 1.17.1: scipy.special.kolmogorov, scipy.stats.kstest, scipy.stats.kstwo.sf (exact).

describe("Kolmogorov's distribution", () => {
  test.each([
    [0.3, 0.9999906941986655],
    [0.5, 0.9639452436648751],
    [0.8, 0.5441424115741981],
    [1.0, 0.26999967167735456],
    [1.36, 0.049485876755377876],
    [2.0, 0.0006709252557796953],
    [3.0, 3.045995948942526e-8],
  ])('P(K > %d)', (x, tail) => {
    expect(kolmogorovTail(x) / tail).toBeCloseTo(1, 12);
  });

  test('the two series meet', () => {
    expect(kolmogorovTail(1.18 - 1e-12)).toBeCloseTo(kolmogorovTail(1.18), 10);
  });

  test('edges', () => {
    expect(kolmogorovTail(0)).toBe(1);
    expect(kolmogorovTail(-1)).toBe(1);
    expect(kolmogorovTail(1e-3)).toBe(1);
    expect(kolmogorovTail(30)).toBe(0);
  });
});

test('distance, in any order', () => {
  expect(ksDistance([0.02, 0.13, 0.2, 0.41, 0.43, 0.6, 0.77, 0.95])).toBeCloseTo(0.195, 15);
  expect(ksDistance([0.95, 0.43, 0.2, 0.41, 0.13, 0.6, 0.77, 0.02])).toBeCloseTo(0.195, 15);
  expect(ksDistance([0.5])).toBe(0.5);
  expect(ksDistance([0, 0, 0])).toBe(1);
  expect(ksDistance([0.25, 0.75])).toBe(0.25);
  expect(() => ksDistance([])).toThrow(RangeError);
});

test.each([
  [5, 0.3, 0.664, 0.02],
  [10, 0.274, 0.3715203845434957, 0.01],
  [50, 0.1, 0.6623112704658186, 2e-3],
  [100, 0.134, 0.05007626057597746, 2e-3],
  [1000, 0.04, 0.07933956059000224, 1e-4],
  [20_000, 0.009, 0.07785289326070222, 1e-4],
  [20_000, 0.012, 0.006251252284121751, 1e-4],
])('p-value at n = %d, D = %d', (n, distance, exact, relative) => {
  expect(Math.abs(ksPValue(distance, n) / exact - 1)).toBeLessThan(relative);
});
