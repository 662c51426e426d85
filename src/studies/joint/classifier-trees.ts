/**
 * Gradient-boosted trees as a classifier of PITs: it finds sharp edges and needs no tuning. What the trees see of a jet
 * and its PIT is chosen here; how they grow stands in boosted-trees.ts.
 */
import { bin, binEdges } from './binned-columns.js';
import { addTree, type BoostOptions, boost } from './boosted-trees.js';
import { PIT_COUNT, type PitClassifier, uniformPits } from './classifier.js';
import { FEATURE_COUNT } from './jet-features.js';

export interface TreeOptions extends BoostOptions {
  /** Uniform PITs for each true one. */
  readonly negatives: number;
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
