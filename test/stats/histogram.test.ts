import { expect, test } from '@jest/globals';
import { histogram, linearEdges } from '../../src/stats/histogram.js';

test('a value on an edge belongs to the bin above it, one on the last edge to none', () => {
  expect(histogram([0, 1, 1.5, 2], [0, 1, 2])).toEqual({
    edges: [0, 1, 2],
    counts: [1, 2],
    underflow: 0,
    overflow: 1,
  });
});

test('what lies outside is counted apart', () => {
  const { counts, underflow, overflow } = histogram([-1, 0.5, 7, Number.POSITIVE_INFINITY], [0, 1]);
  expect([counts, underflow, overflow]).toEqual([[1], 1, 2]);
});

test('uneven edges, against the definition', () => {
  const edges = Float32Array.from([0, 0.1, 0.5, 0.6, 2]);
  const values = Float32Array.from({ length: 1000 }, (_, i) => ((i * 37) % 1000) / 400);
  const naive = Array.from(
    { length: 4 },
    (_, bin) => values.filter((value) => value >= edges[bin] && value < edges[bin + 1]).length,
  );
  expect(histogram(values, edges).counts).toEqual(naive);
});

test('no values fill no bin', () => {
  expect(histogram([], [0, 1, 2]).counts).toEqual([0, 0]);
});

test('linear edges end where they should', () => {
  expect(linearEdges(0, 1, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(linearEdges(0, 1, 50)[50]).toBe(1);
});
