import { expect, test } from '@jest/globals';
import { histogram, linearEdges } from '../../src/stats/histogram.js';

test('uneven edges, values on them and outside, against the definition', () => {
  const edges = Float32Array.from([0, 0.125, 0.5, 0.625, 2]);
  const values = Float32Array.from({ length: 1000 }, (_, i) => ((i * 37) % 1000) / 320 - 0.5);
  const count = (low: number, high: number) => values.filter((value) => value >= low && value < high).length;
  expect(histogram(values, edges)).toEqual({
    edges,
    counts: Array.from({ length: 4 }, (_, bin) => count(edges[bin]!, edges[bin + 1]!)),
    underflow: count(-Infinity, 0),
    overflow: count(2, Infinity),
  });
  for (const edge of edges) expect(values).toContain(edge);
  expect(histogram([Infinity], [0, 1]).overflow).toBe(1);
});

test('linear edges end where they should', () => {
  expect(linearEdges(0, 1, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(linearEdges(0, 1, 50)[50]).toBe(1);
});
