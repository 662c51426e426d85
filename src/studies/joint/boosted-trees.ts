/**
 * Gradient-boosted trees on binned columns, for two classes.
 *
 *     F_m = F_m-1 + rate · tree_m,   leaf = -G / (H + lambda),   gain = G_L²/(H_L+lambda) + G_R²/(H_R+lambda) - G²/(H+lambda)
 *     G = sum of p - y, H = sum of p (1 - p) over a leaf's rows;  p = 1/(1 + e^-F)
 *
 * Friedman, Ann. Stat. 29 (2001) 1189; second order and lambda: Chen, Guestrin, arXiv 1603.02754, eq. 6-7; splits
 * between histogram bins: Ke et al. (LightGBM), NeurIPS 2017. All trees are complete to the same depth.
 */
import type { Generator } from '../../stats/generator.js';
import { BINS } from './binned-columns.js';

export interface BoostOptions {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  readonly lambda: number;
  /** Least sum of H in a leaf: rows / 4 where nothing is known. */
  readonly leastHessian: number;
  /** Share of the columns that a tree may split on, drawn anew for each. */
  readonly columnShare: number;
}

/** A complete tree: node i has children 2 i + 1 and 2 i + 2; the leaves follow the inner nodes. */
export interface Tree {
  readonly depth: number;
  /** Column and last bin of the left child, for each inner node. */
  readonly column: Uint8Array;
  readonly bin: Uint8Array;
  readonly leaves: Float32Array;
}

/**
 * @param binned columns of bins, each [rows].
 * @param labels [rows], 0 or 1.
 * @param negativeWeight weight of a row of class 0; one of class 1 counts 1.
 */
export function boost(
  binned: readonly Uint8Array[],
  labels: Uint8Array,
  negativeWeight: number,
  options: BoostOptions,
  generator: Generator,
): Tree[] {
  const rows = labels.length;
  const scores = new Float32Array(rows);
  const gradient = new Float32Array(rows);
  const hessian = new Float32Array(rows);
  return Array.from({ length: options.trees }, () => {
    for (let row = 0; row < rows; row++) {
      const p = 1 / (1 + Math.exp(-scores[row]));
      const weight = labels[row] === 1 ? 1 : negativeWeight;
      gradient[row] = weight * (p - labels[row]);
      hessian[row] = weight * p * (1 - p);
    }
    const seen = binned.map(() => generator.uniform() < options.columnShare);
    const tree = grow(binned, seen, gradient, hessian, options);
    addTree(tree, binned, scores);
    return tree;
  });
}

/** @param seen the columns that this tree may split on. */
function grow(
  binned: readonly Uint8Array[],
  seen: readonly boolean[],
  gradient: Float32Array,
  hessian: Float32Array,
  { depth, rate, lambda, leastHessian }: BoostOptions,
): Tree {
  const inner = 2 ** depth - 1;
  const tree: Tree = {
    depth,
    column: new Uint8Array(inner),
    bin: new Uint8Array(inner).fill(BINS - 1),
    leaves: new Float32Array(inner + 1),
  };
  const node = new Uint8Array(gradient.length);
  for (let level = 0; level < depth; level++) {
    const first = 2 ** level - 1;
    const best = new Float64Array(first + 1);
    binned.forEach((bins, column) => {
      if (!seen[column]) return;
      const sums = histograms(bins, node, gradient, hessian, first + 1);
      for (let i = 0; i <= first; i++) {
        const split = bestSplit(sums, i, lambda, leastHessian);
        // A node without a gain sends all its rows to the left.
        if (split.gain > best[i]) {
          best[i] = split.gain;
          tree.column[first + i] = column;
          tree.bin[first + i] = split.bin;
        }
      }
    });
    for (let row = 0; row < node.length; row++) {
      const at = first + node[row];
      node[row] = 2 * node[row] + (binned[tree.column[at]][row] > tree.bin[at] ? 1 : 0);
    }
  }
  const sums = new Float64Array(2 * (inner + 1));
  for (let row = 0; row < node.length; row++) {
    sums[2 * node[row]] += gradient[row];
    sums[2 * node[row] + 1] += hessian[row];
  }
  for (let leaf = 0; leaf <= inner; leaf++) {
    tree.leaves[leaf] = (-rate * sums[2 * leaf]) / (sums[2 * leaf + 1] + lambda);
  }
  return tree;
}

/** Sums of gradient and hessian by node of one level and bin: [nodes, BINS, 2]. */
function histograms(
  bins: Uint8Array,
  node: Uint8Array,
  gradient: Float32Array,
  hessian: Float32Array,
  nodes: number,
): Float64Array {
  const sums = new Float64Array(nodes * BINS * 2);
  for (let row = 0; row < bins.length; row++) {
    const at = 2 * (BINS * node[row] + bins[row]);
    sums[at] += gradient[row];
    sums[at + 1] += hessian[row];
  }
  return sums;
}

function bestSplit(
  sums: Float64Array,
  node: number,
  lambda: number,
  leastHessian: number,
): { gain: number; bin: number } {
  const start = 2 * BINS * node;
  let [g, h] = [0, 0];
  for (let i = 0; i < BINS; i++) {
    g += sums[start + 2 * i];
    h += sums[start + 2 * i + 1];
  }
  const best = { gain: 0, bin: BINS - 1 };
  let [left, leftHessian] = [0, 0];
  for (let i = 0; i < BINS - 1; i++) {
    left += sums[start + 2 * i];
    leftHessian += sums[start + 2 * i + 1];
    if (leftHessian < leastHessian) continue;
    if (h - leftHessian < leastHessian) break;
    const gain =
      left ** 2 / (leftHessian + lambda) +
      (g - left) ** 2 / (h - leftHessian + lambda) -
      g ** 2 / (h + lambda);
    if (gain > best.gain) {
      best.gain = gain;
      best.bin = i;
    }
  }
  return best;
}

/** Adds what a tree gives each row of the binned columns. Written to: `scores`, [rows]. */
export function addTree(
  { depth, column, bin, leaves }: Tree,
  binned: readonly Uint8Array[],
  scores: Float32Array,
) {
  const inner = leaves.length - 1;
  for (let row = 0; row < scores.length; row++) {
    let at = 0;
    for (let level = 0; level < depth; level++) at = 2 * at + (binned[column[at]][row] > bin[at] ? 2 : 1);
    scores[row] += leaves[at - inner];
  }
}
