import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import { BINS, bin, binEdges } from '../../../src/studies/joint/binned-columns.js';

const generator = makeGenerator(1, 50);

test('a bin is the number of edges at or below a value', () => {
  const edges = Float32Array.from({ length: BINS - 1 }, (_, i) => Math.floor(i / 3) - 10);
  const values = Float32Array.from({ length: 500 }, (_, i) => (i < 63 ? edges[i]! : 30 * generator.normal()));
  const naive = Array.from(values, (value) => edges.filter((edge) => edge <= value).length);
  expect([...bin(values, edges)]).toEqual(naive);
});

// Of more than 10,000 values a sample decides: 156 rows a bin, of which five standard deviations are 63.
test.each([
  [6400, 100, 0],
  [40_000, 625, 252],
])('of %d values each bin has %d, give or take %d', (rows, expected, tolerance) => {
  const values = Float32Array.from({ length: rows }, (_, i) => ((i * 7919) % rows) ** 2);
  const counts = new Array<number>(BINS).fill(0);
  for (const at of bin(values, binEdges(values, generator))) counts[at]!++;
  for (const count of counts) expect(Math.abs(count - expected)).toBeLessThanOrEqual(tolerance);
});

test('equal values share a bin, and the column is left in its order', () => {
  const values = Float32Array.of(3, 1, 1, 2);
  const bins = bin(values, binEdges(values, generator));
  expect(bins[1]).toBe(bins[2]);
  expect([...values]).toEqual([3, 1, 1, 2]);
});
