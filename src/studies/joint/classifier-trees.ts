/**
 * Gradient-boosted trees on binned columns: the classifier that finds sharp edges and needs no tuning.
 *
 *     F_m = F_m-1 + rate · tree_m,   leaf = -G / (H + lambda),   gain = G_L²/(H_L+lambda) + G_R²/(H_R+lambda) - G²/(H+lambda)
 *     G = sum of p - y, H = sum of p (1 - p) over a leaf's rows;  p = 1/(1 + e^-F)
 *
 * Friedman, Ann. Stat. 29 (2001) 1189; second order and lambda: Chen, Guestrin, arXiv 1603.02754, eq. 6-7; splits
 * between histogram bins: Ke et al. (LightGBM), NeurIPS 2017. All trees are complete to the same depth.
 */
import type { Generator } from '../../random/generator.js';
import { PIT_COUNT, type PitClassifier, uniformPits } from './classifier.js';
import { FEATURE_COUNT } from './jet-features.js';

export interface TreeOptions {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  readonly lambda: number;
  /** Least sum of H in a leaf: rows / 4 where nothing is known. */
  readonly leastHessian: number;
  /** Uniform PITs for each true one. */
  readonly negatives: number;
  /** Share of the columns that a tree may split on, drawn anew for each. */
  readonly columnShare: number;
}

/** Chosen by power on the reference detector at 5000 and 20,000 jets among depth 2 to 4 and 30 to 80 trees. */
export const TREE_OPTIONS: TreeOptions = {
  trees: 60,
  depth: 2,
  rate: 0.1,
  lambda: 10,
  leastHessian: 20,
  negatives: 3,
  columnShare: 0.5,
};

const BINS = 64;
/** pt and |eta|, on which resolutions depend: see {@link columnsOf}. */
const SCALES = 2;
/**
 * x (4), |eta|, u (4); the six products of two centred u; and each centred u and its |.| times log pt and |eta|. With
 * the products a single split sees a correlation, a shift or a width that changes with pt or |eta|: greedy trees would
 * not find their first half alone.
 */
const COLUMNS = FEATURE_COUNT + 1 + PIT_COUNT + 6 + 2 * SCALES * PIT_COUNT;

export function treeClassifier(options: TreeOptions = TREE_OPTIONS): PitClassifier {
  return {
    name: 'gradient-boosted trees',
    train(features, pits, generator) {
      const jets = pits.length / PIT_COUNT;
      const rows = jets * (1 + options.negatives);
      const columns = columnsOf(
        repeat(features, 1 + options.negatives),
        concatenate(pits, uniformPits(jets * options.negatives, generator)),
      );
      const edges = columns.map((column) => binEdges(column, generator));
      const binned = columns.map((column, k) => bin(column, edges[k]));
      const labels = new Uint8Array(rows).fill(1, 0, jets);
      const forest = boost(binned, labels, 1 / options.negatives, options, generator);
      return (scoredFeatures, scoredPits, scores) => {
        const scoredColumns = columnsOf(scoredFeatures, scoredPits).map((column, k) => bin(column, edges[k]));
        scores.fill(0);
        for (const tree of forest) addTree(tree, scoredColumns, scores);
      };
    },
  };
}

/** A complete tree: node i has children 2 i + 1 and 2 i + 2; the leaves follow the inner nodes. */
interface Tree {
  readonly depth: number;
  /** Column and last bin of the left child, for each inner node. */
  readonly column: Uint8Array;
  readonly bin: Uint8Array;
  readonly leaves: Float32Array;
}

/** @param negativeWeight weight of a row of class 0; one of class 1 counts 1. */
function boost(
  binned: readonly Uint8Array[],
  labels: Uint8Array,
  negativeWeight: number,
  options: TreeOptions,
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
  { depth, rate, lambda, leastHessian }: TreeOptions,
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

function addTree({ depth, column, bin, leaves }: Tree, binned: readonly Uint8Array[], scores: Float32Array) {
  const inner = leaves.length - 1;
  for (let row = 0; row < scores.length; row++) {
    let at = 0;
    for (let level = 0; level < depth; level++) at = 2 * at + (binned[column[at]][row] > bin[at] ? 2 : 1);
    scores[row] += leaves[at - inner];
  }
}

/** The columns that the trees see, [COLUMNS][rows]. */
function columnsOf(features: Float32Array, pits: Float32Array): Float32Array[] {
  const rows = pits.length / PIT_COUNT;
  const columns = Array.from({ length: COLUMNS }, () => new Float32Array(rows));
  const centred = new Float64Array(PIT_COUNT);
  for (let row = 0; row < rows; row++) {
    const x = FEATURE_COUNT * row;
    const u = PIT_COUNT * row;
    for (let k = 0; k < FEATURE_COUNT; k++) columns[k][row] = features[x + k];
    columns[FEATURE_COUNT][row] = Math.abs(features[x + 1]);
    const absoluteEta = columns[FEATURE_COUNT][row];
    let next = FEATURE_COUNT + 1;
    for (let k = 0; k < PIT_COUNT; k++) {
      columns[next++][row] = pits[u + k];
      centred[k] = pits[u + k] - 0.5;
    }
    for (let k = 1; k < PIT_COUNT; k++)
      for (let j = 0; j < k; j++) columns[next++][row] = centred[j] * centred[k];
    for (let k = 0; k < PIT_COUNT; k++) {
      // |u - 1/2| about its mean, so that the product with x has no part that is x alone.
      const width = Math.abs(centred[k]) - 0.25;
      columns[next++][row] = centred[k] * features[x];
      columns[next++][row] = width * features[x];
      columns[next++][row] = centred[k] * absoluteEta;
      columns[next++][row] = width * absoluteEta;
    }
  }
  return columns;
}

/** Rows looked at for the edges of the bins. */
const EDGE_ROWS = 10_000;

/** BINS - 1 quantiles of a column: about as many rows in each bin. */
function binEdges(column: Float32Array, generator: Generator): Float32Array {
  const sample =
    column.length <= EDGE_ROWS
      ? column.slice()
      : Float32Array.from({ length: EDGE_ROWS }, () => column[generator.below(column.length)]);
  sample.sort();
  return Float32Array.from(
    { length: BINS - 1 },
    (_, i) => sample[Math.floor(((i + 1) / BINS) * sample.length)],
  );
}

/** The number of edges at or below each value: a bin in [0, BINS). */
function bin(column: Float32Array, edges: Float32Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    let at = 0;
    for (let step = BINS / 2; step >= 1; step /= 2) if (edges[at + step - 1] <= value) at += step;
    bins[row] = at;
  }
  return bins;
}

function repeat(values: Float32Array, times: number): Float32Array {
  const repeated = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) repeated.set(values, i * values.length);
  return repeated;
}

function concatenate(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
