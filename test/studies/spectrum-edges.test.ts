import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VARIABLES, type Variable } from '../../src/jets/columns.js';
import { MAX_BINS, spectrumEdges, studyEdges } from '../../src/studies/spectrum-edges.js';
import { makeReferenceJets } from '../reference-detector.js';

test.each(VARIABLES)('any %s has increasing edges, and few enough', (variable) => {
  const lengths = { minLength: 1, noNaN: true, min: 0, max: 2 ** 13 };
  fc.assert(
    fc.property(fc.float32Array(lengths), fc.boolean(), (values, mirrored) => {
      const either = mirrored && variable === 'eta' ? values.map((value) => -value) : values;
      const edges = spectrumEdges(variable, either);
      for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1]);
      expect(edges.length - 1).toBeGreaterThanOrEqual(1);
      expect(edges.length - 1).toBeLessThanOrEqual(MAX_BINS);
    }),
  );
});

test('a table without the target is refused by the column', () => {
  const { source, rows, columns } = makeReferenceJets(10, 1);
  const { reco_eta: _, ...rest } = columns;
  expect(() => studyEdges({ source, rows, columns: rest }, 'simulation')).toThrow('no column reco_eta');
});

test.each([
  // Two significant digits below and above, 25 bins a decade and at most 50: 20 … 2100 are two decades and more.
  ['pt', [20.4, 2000], 20, 2100, 50],
  ['pt', [50, 98.9], 50, 99, 8],
  ['mass', [0.0123, 0.5], 0.012, 0.51, 41],
  // Zeros have no logarithm; where there is nothing else, the axis is about 1.
  ['mass', [0, 0, 4, 7.1], 4, 7.2, 7],
  ['mass', [0], 0.9, 1.2, 4],
  // One value: a tenth on either side.
  ['pt', [50], 45, 56, 3],
  // Four decades below the largest at most, and nothing near float32's subnormal numbers.
  ['mass', [1e-6, 100], 0.01, 110, 50],
  ['mass', [1e-30], 1e-24, 1.1e-20, 50],
  // Steps of 1, 2 or 5 times a power of ten, some fifty of them; the last bin holds the largest value.
  ['eta', [-2.5, 2.49], -2.5, 2.5, 50],
  ['eta', [-2.5, 2.5], -2.5, 2.6, 51],
  ['eta', [-100, 100], -100, 105, 41],
  ['eta', [1, 1], 0.5, 1.52, 51],
  ['eta', [-3, -3], -3.5, -2.48, 51],
  // Narrower than 1e-4 of the largest absolute value: half a unit on either side.
  ['eta', [-4000, -3999.61], -4000.5, -3999.1, 70],
  ['eta', [3999.61, 4000], 3999.1, 4000.52, 71],
] as [Variable, number[], number, number, number][])(
  '%s of %p: from %p to %p in %i bins',
  (variable, values, low, high, bins) => {
    const edges = spectrumEdges(variable, Float32Array.from(values));
    expect([edges[0], edges.at(-1), edges.length - 1]).toEqual([Math.fround(low), Math.fround(high), bins]);
    const middle = Math.floor(bins / 2);
    const share = middle / bins;
    const expected = variable === 'eta' ? low + share * (high - low) : low * (high / low) ** share;
    expect(Math.abs(edges[middle]! - expected)).toBeLessThan(2e-7 * Math.max(-low, high));
  },
);

test.each([
  [2000, 10, 1.1],
  [2000, 11, 100],
  [1999, 9, 1.1],
  [1999, 10, 100],
  [100_000, 10, 1.1],
  [100_000, 11, 100],
])('of %i jets %i far out on either side: the axis ends at %p or beyond', (count, outermost, end) => {
  const eta = Float32Array.from({ length: count }, (_, i) => {
    if (i < outermost) return -100;
    return i >= count - outermost ? 100 : Math.sin(i);
  });
  const edges = spectrumEdges('eta', eta);
  for (const found of [-edges[0]!, edges.at(-1)!]) {
    expect(found).toBeGreaterThanOrEqual(Math.floor(end));
    expect(found).toBeLessThan(1.1 * end);
  }
});

test('phi is even and covers (-pi, pi], both ends', () => {
  const edges = spectrumEdges('phi', Float32Array.of(0));
  expect(edges).toHaveLength(41);
  for (const [i, edge] of edges.entries()) expect(edge).toBeCloseTo(-Math.PI + (i * Math.PI) / 20, 6);
  expect(edges[0]).toBeLessThanOrEqual(-Math.PI);
  expect(edges.at(-1)).toBeGreaterThan(Math.fround(Math.PI));
});
