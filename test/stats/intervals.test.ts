import { describe, expect, test } from '@jest/globals';
import { binomialQuantile, binomialRange, poissonInterval } from '../../src/stats/intervals.js';

// Values from scipy 1.17.1: chi2.ppf(a/2, 2n)/2, chi2.isf(a/2, 2n+2)/2 with a = 1 - 0.6826894921370859; binom.ppf.

describe("Garwood's interval", () => {
  test.each([
    [0, 0, 1.8410216450092631],
    [1, 0.17275377902344996, 3.299526559115855],
    [5, 2.8403088555932205, 8.382472652146888],
    [100, 90.0167451771134, 111.03336094114967],
    [1000, 968.3825014065658, 1032.633323474849],
    [1_000_000, 999000.000166674, 1001001.0003333407],
  ])('of %d jets', (count, low, high) => {
    const interval = poissonInterval(count);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1] / high).toBeCloseTo(1, 9);
  });
});

describe('binomial', () => {
  test.each([
    [1000, [7, 12, 16, 20, 24, 29, 36]],
    [20_000, [336, 362, 380, 400, 420, 439, 467]],
  ])('quantiles of %d trials at 1/50', (n, expected) => {
    const probabilities = [0.0005, 0.025, 0.16, 0.5, 0.84, 0.975, 0.9995];
    expect(probabilities.map((p) => binomialQuantile(p, n, 0.02))).toEqual(expected);
  });

  test('few and very many trials', () => {
    expect(binomialQuantile(0.5, 1, 0.02)).toBe(0);
    expect(binomialQuantile(0.999, 1, 0.02)).toBe(1);
    expect(binomialQuantile(0.5, 10_000_000, 0.02)).toBe(200_000);
  });

  test('a range holds its level', () => {
    expect(binomialRange(0.95, 20_000, 0.02)).toEqual([362, 439]);
  });
});
