/**
 * The bin of a float32 among arbitrary edges in constant time: a table over the upper half of the value's bits says
 * how many edges lie below everything in that cell; the few edges inside the cell are compared.
 *
 * Read as integers, positive floats are ordered as their values and negative ones in reverse; flipping the sign bit
 * of the former and all bits of the latter makes one order of both.
 */
import { checkEdges } from '../../../src/sampling/study-kernel.js';

const CELLS = 65_536;

export interface BinLookup {
  /** [bins + 1], increasing. */
  readonly edges: Float32Array;
  /** Spectrum entries of a value: bins + 2, underflow first, overflow last. */
  readonly entries: number;
  /** [65536]: the number of edges below the least value of each cell. */
  readonly cells: Uint8Array;
  /** Edges and, at the end, NaN, which no value reaches: where a search stops by itself. [bins + 2] */
  readonly stops: Float32Array;
  /** Edges inside one cell at most: so many comparisons find any value's entry. */
  readonly comparisons: number;
}

/**
 * Prepares a search.
 *
 * @param edges [bins + 1], increasing, finite; bin i is [edges[i], edges[i + 1]).
 * @throws UsageError as {@link checkEdges}.
 */
export function createBinLookup(edges: Float32Array): BinLookup {
  checkEdges(edges);
  const bins = edges.length - 1;
  const cells = new Uint8Array(CELLS);
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  const inside = new Uint16Array(CELLS);
  for (let i = 0; i <= bins; i++) {
    value[0] = edges[i];
    inside[cellOf(bits[0])]++;
  }
  let below = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    cells[cell] = below;
    below += inside[cell];
  }
  const stops = new Float32Array(bins + 2).fill(Number.NaN);
  stops.set(edges);
  return {
    edges,
    entries: bins + 2,
    cells,
    stops,
    comparisons: Math.max(
      inside.reduce((most, count) => Math.max(most, count)),
      besideZero(edges, inside),
    ),
  };
}

/** -0 reaches an edge of zero, which lies in the next cell: edges that it is compared with. */
function besideZero(edges: Float32Array, inside: Uint16Array): number {
  return edges.includes(0) ? 1 + inside[cellOf(0) - 1] : 0;
}

/** The cell of a value given by its bits. */
export function cellOf(bits: number): number {
  return (bits ^ ((bits >> 31) | 0x80000000)) >>> 16;
}

/**
 * The spectrum entry of each of `count` values: 0 below the first edge, i + 1 in bin i, bins + 1 at or beyond the
 * last edge.
 *
 * @param bits the values' bits: the same memory seen as Int32Array.
 * @param entries written to from `at`.
 */
export function findEntries(
  lookup: BinLookup,
  values: Float32Array,
  bits: Int32Array,
  from: number,
  count: number,
  entries: Uint8Array,
  at: number,
): void {
  const { cells, stops } = lookup;
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    let entry = cells[cellOf(bits[from + i])];
    while (value >= stops[entry]) entry++;
    entries[at + i] = entry;
  }
}

/** The cells in the order of the values' upper halves as they lie in memory: what needs no arithmetic to look up. */
export function rawCells(cells: Uint8Array): Uint8Array {
  const raw = new Uint8Array(CELLS);
  for (let upper = 0; upper < CELLS; upper++) raw[upper] = cells[cellOf(upper << 16)];
  return raw;
}
