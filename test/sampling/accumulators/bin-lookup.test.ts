import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UsageError } from '../../../src/errors.js';
import { createBinLookup, findEntries, MAX_BINS } from '../../../src/sampling/accumulators/bin-lookup.js';

function entriesOf(edges: Float32Array, values: Float32Array): number[] {
  const entries = new Uint8Array(values.length);
  findEntries(createBinLookup(edges), values, new Int32Array(values.buffer), 0, values.length, entries, 0);
  return [...entries];
}

/** How many edges lie at or below the value. */
const naive = (edges: Float32Array, values: Float32Array) =>
  [...values].map((value) => edges.filter((edge) => edge <= value).length);

const floats = fc.float({ noNaN: true, noDefaultInfinity: true });
const edgeLists = fc
  .uniqueArray(floats, { minLength: 2, maxLength: MAX_BINS + 1, comparator: (a, b) => a === b })
  .map((list) => Float32Array.from(list).sort());

describe('findEntries', () => {
  test('counts the edges at or below a value, whatever they are', () => {
    fc.assert(
      fc.property(edgeLists, fc.array(floats), (edges, list) => {
        const values = Float32Array.from([
          ...list,
          ...edges,
          0,
          -0,
          Number.POSITIVE_INFINITY,
          Number.NEGATIVE_INFINITY,
        ]);
        expect(entriesOf(edges, values)).toEqual(naive(edges, values));
      }),
    );
  });

  test('finds neighbours on both sides of edges that share a cell', () => {
    const edges = Float32Array.from({ length: 255 }, (_, i) => 1 + i * 2 ** -23);
    const values = Float32Array.from({ length: 600 }, (_, i) => 1 + (i - 100) * 2 ** -23);
    expect(entriesOf(edges, values)).toEqual(naive(edges, values));
  });

  test('finds -0 between an edge of zero and one in the cell before it', () => {
    const edges = Float32Array.of(-(2 ** -140), 0, 1);
    const values = Float32Array.of(-1, -(2 ** -140), -0, 0, 2);
    expect(entriesOf(edges, values)).toEqual([0, 1, 2, 2, 3]);
    expect(createBinLookup(edges).comparisons).toBe(2);
  });

  test('reads bins as [low, high)', () => {
    expect(entriesOf(Float32Array.of(0, 1, 2), Float32Array.of(-1, -0, 0, 0.5, 1, 1.5, 2, 3))).toEqual([
      0, 1, 1, 1, 2, 2, 3, 3,
    ]);
  });
});

describe('createBinLookup', () => {
  test.each([
    [[1], '1 to 254 bins, not 0'],
    [Array.from({ length: 256 }, (_, i) => i), '1 to 254 bins, not 255'],
    [[0, 1, 1], 'edges must increase'],
    [[0, 2, 1], 'edges must increase'],
    [[0, Number.NaN], 'edge 1 of a spectrum is NaN'],
    [[0, Number.POSITIVE_INFINITY], 'edge 1 of a spectrum is Infinity'],
  ])('refuses %p', (edges, message) => {
    expect(() => createBinLookup(Float32Array.from(edges))).toThrow(UsageError);
    expect(() => createBinLookup(Float32Array.from(edges))).toThrow(message);
  });
});
