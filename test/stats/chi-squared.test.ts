import { expect, test } from '@jest/globals';
import { chiSquaredTail } from '../../src/stats/chi-squared.js';

/** scipy.stats.chi2.sf. */
test.each([
  [3.841458820694124, 1, 0.05],
  [0.5, 1, 0.4795001221869535],
  [10, 4, 0.04042768199451279],
  [100, 100, 0.48119168452795674],
  [300, 200, 5.924540335483916e-6],
  [1000, 10, 1.870290720915977e-208],
])('P(X > %d) with %d degrees of freedom', (x, k, value) => {
  const tail = chiSquaredTail(x, k);
  expect(tail / value).toBeCloseTo(1, 8);
});

test('nothing exceeds: 1 at zero', () => {
  expect(chiSquaredTail(0, 5)).toBe(1);
});
