import { expect, test } from '@jest/globals';
import { exactSum, mean, meanAbsolute, sd } from '../../src/stats/sum.js';

test('ten times 0.1 is 1, whatever the order of terms of different size', () => {
  expect(exactSum(Array(10).fill(0.1))).toBe(1);
  expect(exactSum([1e16, 1, -1e16, 1e-16])).toBe(exactSum([1e-16, 1, -1e16, 1e16]));
  expect(exactSum([1e16, 1, -1e16])).toBe(1);
  expect(exactSum([])).toBe(0);
});

test('mean and sd of a textbook sample; sd divides by N', () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  expect(mean(values)).toBe(5);
  expect(sd(values)).toBe(2);
  expect(sd([3])).toBe(0);
  expect(meanAbsolute([-1, 2, -6])).toBe(3);
});

test('no values have neither a mean nor an sd', () => {
  expect(mean([])).toBeNaN();
  expect(sd(new Float32Array())).toBeNaN();
  expect(meanAbsolute([])).toBeNaN();
});
