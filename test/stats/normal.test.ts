import { expect, test } from '@jest/globals';
import { erfc, normalCdf, normalQuantile, normalTail } from '../../src/stats/normal.js';

/** scipy.special.erfc and scipy.stats.norm. */
test.each([
  [-1, 1.8427007929497148],
  [0, 1],
  [0.5, 0.4795001221869535],
  [2.4, 0.0006885138966450789],
  [2.6, 0.000236034416529349],
  [6, 2.1519736712498913e-17],
])('erfc(%d)', (x, value) => {
  expect(erfc(x) / value).toBeCloseTo(1, 11);
});

test('cdf and tail', () => {
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 14);
  expect(normalTail(8) / 6.220960574271784e-16).toBeCloseTo(1, 12);
  expect(normalCdf(0)).toBe(0.5);
});

test.each([1e-300, 1e-10, 0.01, 0.3, 0.5, 0.9, 0.999999])('quantile undoes the cdf at %d', (p) => {
  expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
});

test('quantile at the ends', () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(-0.1)).toBeNaN();
});
