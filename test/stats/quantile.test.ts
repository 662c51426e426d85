import { describe, expect, test } from '@jest/globals';
import { quantileSorted, quantiles, weightedQuantiles } from '../../src/stats/quantile.js';

/** What each variant gives for one p. */
const VARIANTS: Record<string, (values: number[], p: number) => number> = {
  quantileSorted: (values, p) =>
    quantileSorted(
      values.toSorted((a, b) => a - b),
      p,
    ),
  quantiles: (values, p) => quantiles(values, [p])[0],
  weightedQuantiles: (values, p) =>
    weightedQuantiles(Float32Array.from(values), new Array(values.length).fill(0.25), [p])[0],
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
    expect(quantile([4, 1, 3, 2], 0.1)).toBeCloseTo(1.3, 14);
  });

  test('one value, ties, none', () => {
    expect(quantile([7], 0.16)).toBe(7);
    expect(quantile([1, 1, 1, 2], 0.5)).toBe(1);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

test('quantiles leaves its argument as it is', () => {
  const values = new Float32Array([3, 1, 2]);
  quantiles(values, [0.5]);
  expect([...values]).toEqual([3, 1, 2]);
});

test('weightedQuantiles: by the middles of weights, of any sign and order; a weight of 0 is no value', () => {
  const values = Float32Array.of(3, -1.5, 1e30, -2e-40, 2);
  // Sorted: -1.5 (w 1), -2e-40 (2), 2 (1), 3 (4): middles 0.5, 2, 3.5, 6.
  const weights = [4, 1, 0, 2, 1];
  const at = (middle: number) => (middle - 0.5) / 5.5;
  const found = weightedQuantiles(values, weights, [0, at(2), at(3.5), at(4.75), 1]);
  [-1.5, values[3], 2, 2.5, 3].forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 14);
  });
  expect(weightedQuantiles(values, [0, 0, 0, 0, 0], [0.5])).toEqual([Number.NaN]);
  expect(weightedQuantiles(values, [0, 0, 0, 0, 7], [0.1])).toEqual([2]);
});
