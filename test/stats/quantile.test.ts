import { describe, expect, test } from '@jest/globals';
import { quantileBySelection, quantileSorted, quantiles } from '../../src/stats/quantile.js';

/** What each variant gives for one p. */
const VARIANTS: Record<string, (values: number[], p: number) => number> = {
  quantileSorted: (values, p) =>
    quantileSorted(
      values.toSorted((a, b) => a - b),
      p,
    ),
  quantiles: (values, p) => quantiles(values, [p])[0],
  quantileBySelection: (values, p) => quantileBySelection(Float64Array.from(values), p),
};

describe.each(Object.entries(VARIANTS))('%s (R-7)', (_, quantile) => {
  test('numbers of R: quantile(c(3, 6, 7, 8, 8, 10, 13, 15, 16, 20), p)', () => {
    const values = [20, 3, 8, 6, 16, 7, 10, 8, 15, 13];
    expect(quantile(values, 0)).toBe(3);
    expect(quantile(values, 0.25)).toBe(7.25);
    expect(quantile(values, 0.5)).toBe(9);
    expect(quantile(values, 0.75)).toBe(14.5);
    expect(quantile(values, 1)).toBe(20);
  });

  test('odd and even numbers of values', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0.1)).toBeCloseTo(1.3, 15);
  });

  test('one value, ties, none', () => {
    expect(quantile([7], 0.16)).toBe(7);
    expect(quantile([1, 1, 1, 2], 0.5)).toBe(1);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

test('quantiles leaves its argument as it is, quantileBySelection reorders it', () => {
  const values = new Float32Array([3, 1, 2]);
  quantiles(values, [0.5]);
  expect([...values]).toEqual([3, 1, 2]);
  quantileBySelection(values, 0);
  expect([...values].sort()).toEqual([1, 2, 3]);
});
