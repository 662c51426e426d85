import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UsageError } from '../../../src/errors.js';
import { createBinLookup, findEntries, rawCells } from './bin-lookup.js';

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
  .uniqueArray(floats, { minLength: 2, maxLength: 254 + 1, comparator: (a, b) => a === b })
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

test('writes as many entries as it is told to, from one place to another', () => {
  const values = Float32Array.of(9, 0.5, 1.5, 9);
  const entries = new Uint8Array(5).fill(77);
  const bits = new Int32Array(values.buffer);
  findEntries(createBinLookup(Float32Array.of(0, 1, 2)), values, bits, 1, 2, entries, 2);
  expect([...entries]).toEqual([77, 77, 1, 2, 77]);
});

describe('the table', () => {
  const edges = Float32Array.of(-2.5, -1, 0, 1, 1.0001, 1.0002, 300);
  const lookup = createBinLookup(edges);

  test('counts, in the order of the bits, the edges below the least value of a cell', () => {
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    const raw = rawCells(lookup.cells);
    expect(raw).toHaveLength(65_536);
    const wrong: number[] = [];
    for (let upper = 0; upper < 65_536; upper++) {
      // Of negative values the least is the one with the largest bits.
      bits[0] = upper < 32_768 ? upper << 16 : (upper << 16) | 0xffff;
      if (Number.isNaN(value[0])) continue;
      if (raw[upper] !== edges.filter((edge) => edge < value[0]!).length) wrong.push(value[0]!);
    }
    expect(wrong).toEqual([]);
  });

  test('knows how many entries there are, where a search stops, and after how many edges', () => {
    expect(lookup.entries).toBe(8);
    expect([...lookup.stops]).toEqual([...edges, Number.NaN]);
    // 1, 1.0001 and 1.0002 have the upper halves of their bits in common.
    expect(lookup.comparisons).toBe(3);
    expect(createBinLookup(Float32Array.of(1, 2, 4)).comparisons).toBe(1);
  });
});

describe('createBinLookup', () => {
  test.each([
    [[1], '1 to 254 bins, not 0'],
    [Array.from({ length: 256 }, (_, i) => i), '1 to 254 bins, not 255'],
    [[0, 1, 1], 'edges must increase, and 1 is followed by 1 (as float32)'],
    [[0, 2, 1], 'edges must increase, and 2 is followed by 1 (as float32)'],
    [[0, Number.NaN], 'edge 1 of a spectrum is NaN'],
    [[0, Number.POSITIVE_INFINITY], 'edge 1 of a spectrum is Infinity'],
  ])('refuses %p', (edges, message) => {
    expect(() => createBinLookup(Float32Array.from(edges))).toThrow(UsageError);
    expect(() => createBinLookup(Float32Array.from(edges))).toThrow(message);
  });
});
