/**
 * Gradient-boosted trees of two levels on binned columns, for two classes.
 *
 *     F_m = F_m-1 + rate · tree_m,   leaf = -G / (H + lambda),   gain = G_L²/(H_L+lambda) + G_R²/(H_R+lambda) - G²/(H+lambda)
 *     G = sum of p - y, H = sum of p (1 - p) over a leaf's rows;  p = 1/(1 + e^-F)
 *
 * Friedman, Ann. Stat. 29 (2001) 1189; second order and lambda: Chen, Guestrin, arXiv 1603.02754, eq. 6-7; splits between histogram bins: Ke et al. (LightGBM),
 * NeurIPS 2017.
 */
import type { Generator } from '../../stats/generator.js';

/** Bins a column. */
export const BINS = 64;
/** Rows at a time, so that what is read of them stays in the processor's first cache. */
const CHUNK = 1024;

export interface BoostOptions {
  readonly trees: number;
  readonly rate: number;
  readonly lambda: number;
  /** Least sum of H in a leaf: rows / 4 where nothing is known. */
  readonly leastHessian: number;
  /** Columns that a tree may split on, drawn for each tree. */
  readonly columns: number;
}

/** Rows of one class. */
export interface ClassRows {
  /** Columns of bins in [0, BINS), [rows] each. */
  readonly columns: readonly Uint8Array[];
  /** The class, 0 or 1. */
  readonly label: number;
  /** Of each row. */
  readonly weight: number;
}

/** Node i has children 2 i + 1 and 2 i + 2; the four leaves follow the three nodes. */
export interface Tree {
  /** Column and last bin of the left child of each node. */
  readonly column: readonly number[];
  readonly bin: readonly number[];
  readonly leaves: readonly number[];
}

export function boost(classes: readonly ClassRows[], options: BoostOptions, generator: Generator): Tree[] {
  const parts: Growing[] = classes.map((each) => {
    const rows = each.columns[0].length;
    return {
      ...each,
      scores: new Float32Array(rows),
      gradient: new Float32Array(rows),
      hessian: new Float32Array(rows),
      all: Uint32Array.from({ length: rows }, (_, row) => row),
      some: new Uint32Array(rows),
    };
  });
  return Array.from({ length: options.trees }, () => {
    const columns = someOf(classes[0].columns.length, options.columns, generator);
    for (const part of parts) fillSlopes(part);
    const tree = grow(parts, columns, options);
    for (const { columns: own, scores } of parts) addTree(tree, own, scores);
    return tree;
  });
}

/** Rows of one class while trees grow. */
interface Growing extends ClassRows {
  readonly scores: Float32Array;
  readonly gradient: Float32Array;
  readonly hessian: Float32Array;
  /** Every row, and room for the rows of one node. */
  readonly all: Uint32Array;
  readonly some: Uint32Array;
}

function fillSlopes({ scores, gradient, hessian, label, weight }: Growing): void {
  for (let row = 0; row < scores.length; row++) {
    const p = 1 / (1 + Math.exp(-scores[row]));
    gradient[row] = weight * (p - label);
    hessian[row] = weight * p * (1 - p);
  }
}

function grow(
  parts: readonly Growing[],
  columns: readonly number[],
  { rate, lambda, leastHessian }: BoostOptions,
): Tree {
  const all = parts.map(({ all: rows }) => rows);
  const sums = histograms(parts, all, columns);
  const root = bestSplit(sums, columns, lambda, leastHessian);
  // The lighter side is added up, the other is what it leaves of the whole.
  const rightIsLighter = root.above[1] < root.below[1];
  const lighter = histograms(parts, rowsOf(parts, root, rightIsLighter), columns);
  for (let at = 0; at < sums.length; at++) sums[at] -= lighter[at];
  const [left, right] = (rightIsLighter ? [sums, lighter] : [lighter, sums]).map((side) =>
    bestSplit(side, columns, lambda, leastHessian),
  );
  const leaf = ([g, h]: Sums) => (-rate * g) / (h + lambda);
  return {
    column: [root.column, left.column, right.column],
    bin: [root.bin, left.bin, right.bin],
    leaves: [left.below, left.above, right.below, right.above].map(leaf),
  };
}

/** The rows on one side of a split, for each class. */
function rowsOf(parts: readonly Growing[], { column, bin }: Split, right: boolean): Uint32Array[] {
  return parts.map(({ columns, some }) => {
    const bins = columns[column];
    let count = 0;
    for (let row = 0; row < bins.length; row++) {
      some[count] = row;
      count += bins[row] > bin === right ? 1 : 0;
    }
    return some.subarray(0, count);
  });
}

/** G and H. */
type Sums = readonly [number, number];

/** Numbers of a column's histogram: G and H of each bin. */
const COLUMN = 2 * BINS;

/** G and H by column and bin, [columns, BINS, 2]. @param rows of each class that are added. */
function histograms(
  parts: readonly Growing[],
  rows: readonly Uint32Array[],
  columns: readonly number[],
): Float64Array {
  // Four columns at a time share what they read of a row: twice as fast as one.
  const last = columns.slice(-1);
  const padded = [...columns, ...last, ...last, ...last];
  const sums = new Float64Array(Math.ceil(columns.length / 4) * 4 * COLUMN);
  parts.forEach((part, k) => {
    for (let from = 0; from < rows[k].length; from += CHUNK)
      for (let i = 0; i < columns.length; i += 4)
        addFour(
          sums.subarray(i * COLUMN, (i + 4) * COLUMN),
          padded.slice(i, i + 4).map((column) => part.columns[column]),
          part,
          rows[k].subarray(from, from + CHUNK),
        );
  });
  return sums;
}

function addFour(
  sums: Float64Array,
  [a, b, c, d]: readonly Uint8Array[],
  { gradient, hessian }: Pick<Growing, 'gradient' | 'hessian'>,
  rows: Uint32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const g = gradient[row];
    const h = hessian[row];
    let at = 2 * a[row];
    sums[at] += g;
    sums[at + 1] += h;
    at = COLUMN + 2 * b[row];
    sums[at] += g;
    sums[at + 1] += h;
    at = 2 * COLUMN + 2 * c[row];
    sums[at] += g;
    sums[at + 1] += h;
    at = 3 * COLUMN + 2 * d[row];
    sums[at] += g;
    sums[at + 1] += h;
  }
}

interface Split {
  readonly column: number;
  /** The last bin below. Where nothing is gained all bins are. */
  readonly bin: number;
  readonly below: Sums;
  readonly above: Sums;
}

function bestSplit(
  sums: Float64Array,
  columns: readonly number[],
  lambda: number,
  leastHessian: number,
): Split {
  let [total, totalHessian] = [0, 0];
  const score = (g: number, h: number) => g ** 2 / (h + lambda);
  for (let at = 0; columns.length > 0 && at < COLUMN; at += 2) {
    total += sums[at];
    totalHessian += sums[at + 1];
  }
  let gain = 0;
  let best: Split = { column: columns[0] ?? 0, bin: BINS - 1, below: [total, totalHessian], above: [0, 0] };
  columns.forEach((column, i) => {
    let [g, h] = [0, 0];
    for (let bin = 0, at = i * COLUMN; bin < BINS - 1; bin++, at += 2) {
      g += sums[at];
      h += sums[at + 1];
      if (h < leastHessian) continue;
      if (totalHessian - h < leastHessian) break;
      const own = score(g, h) + score(total - g, totalHessian - h) - score(total, totalHessian);
      if (own > gain) {
        gain = own;
        best = { column, bin, below: [g, h], above: [total - g, totalHessian - h] };
      }
    }
  });
  return best;
}

/** Adds what a tree gives each row. Written to: `scores`, [rows]. */
export function addTree(
  { column, bin, leaves }: Tree,
  columns: readonly Uint8Array[],
  scores: Float32Array,
): void {
  const [root, left, right] = column.map((each) => columns[each]);
  const [atRoot, atLeft, atRight] = bin;
  const values = Float32Array.from(leaves);
  for (let row = 0; row < scores.length; row++) {
    // Signs in place of branches, which no processor could foresee.
    const up = (atRoot - root[row]) >>> 31;
    const ofLeft = (atLeft - left[row]) >>> 31;
    const ofRight = (atRight - right[row]) >>> 31;
    scores[row] += values[2 * up + ofLeft + up * (ofRight - ofLeft)];
  }
}

/** `some` of the numbers below `count`, all different, ascending. */
function someOf(count: number, some: number, generator: Generator): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < Math.min(some, count); i++) {
    const j = i + generator.below(count - i);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, some).sort((a, b) => a - b);
}

/**
 * A column's bins: about as many rows in each but for three narrow ones at either end, where tails differ. Their edges lie on
 * a fine even grid, so that a value finds its bin in one step.
 */
export interface Binning {
  readonly low: number;
  /** Cells of the grid over the range. */
  readonly scale: number;
  /** The bin of each cell. */
  readonly ofCell: Uint8Array;
}

const CELLS = 2048;
/** Shares of the rows below the edges: 1/512, 1/256, 1/128, then even steps. */
const TAIL = [1 / 512, 1 / 256, 1 / 128];
const EVEN = BINS - 2 * TAIL.length;
const LEVELS = [
  ...TAIL,
  ...Array.from({ length: EVEN - 1 }, (_, i) => (i + 1) / EVEN),
  ...TAIL.map((level) => 1 - level).reverse(),
];

/** @param sample at least one value, none NaN. */
export function makeBinning(sample: Float32Array): Binning {
  const sorted = sample.toSorted();
  const low = sorted[0];
  const scale = CELLS / (sorted[sorted.length - 1] - low || 1);
  const ofCell = new Uint8Array(CELLS);
  for (let cell = 0, below = 0, bin = 0; cell < CELLS; cell++) {
    while (below < sorted.length && (sorted[below] - low) * scale < cell + 0.5) below++;
    while (bin < LEVELS.length && LEVELS[bin] <= below / sorted.length) bin++;
    ofCell[cell] = bin;
  }
  return { low, scale, ofCell };
}

/** Writes the bin of each value. Written to: `bins`, [rows]. */
export function binValues({ low, scale, ofCell }: Binning, values: Float32Array, bins: Uint8Array): void {
  for (let row = 0; row < bins.length; row++) {
    const cell = (values[row] - low) * scale;
    bins[row] = ofCell[cell < 0 ? 0 : cell >= CELLS ? CELLS - 1 : cell | 0];
  }
}
