import { expect, test } from '@jest/globals';
import { mean, meanAbsolute, sd } from '../../src/stats/sum.js';

test('sums are exact, in any order of terms of different size', () => {
  expect(mean(Array(10).fill(0.1))).toBe(0.1);
  expect(mean([1e16, 1, -1e16])).toBe(1 / 3);
  expect(mean([1e16, 1, -1e16, 1e-16])).toBe(mean([1e-16, 1, -1e16, 1e16]));
});

test('mean and sd of a textbook sample, sd divided by N; of no values there are none', () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  expect([mean(values), sd(values), sd([3]), meanAbsolute([-1, 2, -6])]).toEqual([5, 2, 0, 3]);
  expect([mean([]), sd([]), meanAbsolute([])]).toEqual([NaN, NaN, NaN]);
});
