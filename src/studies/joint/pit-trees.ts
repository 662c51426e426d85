/**
 * Boosted trees as the classifier of PITs: they find sharp edges and need no tuning. What they see of a jet and its PIT is
 * chosen here, and put into bins once: for all blocks of the test, and for the control as well, since both are ranked among
 * the same uniform numbers at the same jets. How trees grow: boosted-trees.ts.
 */
import { VARIABLE_PAIRS } from '../../jets/columns.js';
import type { Generator } from '../../stats/generator.js';
import { makeGenerator } from '../../stats/generator.js';
import { addTree, type Binning, type BoostOptions, binValues, boost, makeBinning } from './boosted-trees.js';
import {
  BLOCKS,
  C2ST_USE,
  type C2st,
  combineBlocks,
  DRAWS,
  REPLACEMENTS,
  randomOrder,
  ranksOfJets,
  type ScoreBlock,
  testBlock,
} from './c2st.js';
import { FEATURE_COUNT } from './jet-features.js';

/**
 * Chosen on the reference detector, never on a model's test jets: first 60 trees of 16 columns at 0.1, by power at 5000 and
 * 20,000 jets; then these, the best of some seven settings of half the cost at 10,000 jets. The choice and the comparison
 * used the same draws (mean z 2.39 against 2.32 in 47 pairs), which shows no loss, and no gain either.
 */
export const TREE_OPTIONS: BoostOptions & {
  /** Uniform PITs for each true one. */ readonly negatives: number;
} = {
  trees: 40,
  rate: 0.15,
  lambda: 10,
  leastHessian: 20,
  negatives: 3,
  columns: 12,
};

/** x (4) and |eta|. */
const JET_COLUMNS = FEATURE_COUNT + 1;
/**
 * u (4); the six products of two centred u; and each centred u and its |.| times log pt and |eta|. With the products a
 * single split sees a correlation, a shift or a width that changes with pt or |eta|: greedy trees would not find their first
 * half.
 */
const PIT_COLUMNS = 4 + 6 + 16;
/** Jets binned at a time, with random numbers of their own. */
export const BIN_CHUNK = 4096;
/** Jets that decide the edges of the bins. */
const EDGE_JETS = 10_000;
/** Parts of the generator, after those of the blocks. */
const [EDGES, CHUNKS] = [10, 100];

/** Jets in a random order with the PITs of each, in bins. */
export interface BinnedPits {
  /** [N], which jet is at each place. */
  readonly order: Uint32Array;
  /** Of each column. */
  readonly binnings: readonly Binning[];
  /** [JET_COLUMNS, N]. */
  readonly jets: Uint8Array;
  /** [PIT_COLUMNS, sets + DRAWS, N]: the sets' PITs first, then those drawn. */
  readonly pits: Uint8Array;
  readonly sets: number;
}

/** @param features [N, 4], see jet-features.ts. @param sets lists of true PITs that will be ranked among the same draws. */
export function emptyBins(features: Float32Array, sets: number, seed: number): BinnedPits {
  const count = features.length / FEATURE_COUNT;
  const order = new Uint32Array(sharedBytes(4 * count));
  order.set(randomOrder(count, makeGenerator(seed, C2ST_USE, 0)));
  return {
    order,
    binnings: binningsOf(features, makeGenerator(seed, C2ST_USE, EDGES)),
    jets: new Uint8Array(sharedBytes(JET_COLUMNS * count)),
    pits: new Uint8Array(sharedBytes(PIT_COLUMNS * (sets + DRAWS) * count)),
    sets,
  };
}

/** Memory that threads see without a copy; with one in a page that its server does not isolate from other origins. */
export function sharedBytes(count: number): ArrayBuffer | SharedArrayBuffer {
  return typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(count) : new SharedArrayBuffer(count);
}

/** From jets and uniform numbers and nothing that is true: bins may depend on x, but not on what is tested. */
function binningsOf(features: Float32Array, generator: Generator): Binning[] {
  const jets = Uint32Array.from({ length: EDGE_JETS }, () =>
    generator.below(features.length / FEATURE_COUNT),
  );
  const x = jetColumns(features, jets);
  const u = Array.from({ length: 4 }, () => Float32Array.from({ length: EDGE_JETS }, generator.uniform));
  const values = new Float32Array(EDGE_JETS);
  const binnings = x.map(makeBinning);
  for (let k = 0; k < PIT_COLUMNS; k++) {
    pitColumn(k, x, u, values);
    binnings.push(makeBinning(values));
  }
  return binnings;
}

/** The jets at places `from` … `from + BIN_CHUNK` - 1 of the order, and their PITs: [n, 4] each. */
export interface ChunkToBin {
  readonly binnings: readonly Binning[];
  readonly features: Float32Array;
  readonly sets: readonly Float32Array[];
  readonly from: number;
  readonly seed: number;
}

/** Bins of a chunk: rows of {@link BinnedPits}, [rows, n]. */
export interface ChunkBins {
  readonly jets: Uint8Array;
  readonly pits: Uint8Array;
}

/** What a chunk's bins are made of. @param features and each of `sets` [N, 4]. */
export function chunkToBin(
  { order, binnings }: BinnedPits,
  features: Float32Array,
  sets: readonly Float32Array[],
  from: number,
  seed: number,
): ChunkToBin {
  const chosen = order.subarray(from, from + BIN_CHUNK);
  const rows = (values: Float32Array) =>
    Float32Array.from({ length: 4 * chosen.length }, (_, i) => values[4 * chosen[i >> 2] + (i & 3)]);
  return { binnings, features: rows(features), sets: sets.map(rows), from, seed };
}

export function binChunk({ binnings, features, sets, from, seed }: ChunkToBin): ChunkBins {
  const count = features.length / FEATURE_COUNT;
  const lists = sets.length + DRAWS;
  const generator = makeGenerator(seed, C2ST_USE, CHUNKS + from / BIN_CHUNK);
  const all = Uint32Array.from({ length: count }, (_, row) => row);
  const x = jetColumns(features, all);
  const jets = new Uint8Array(JET_COLUMNS * count);
  const pits = new Uint8Array(PIT_COLUMNS * lists * count);
  const binTo = (bins: Uint8Array, row: number, column: number, values: Float32Array) =>
    binValues(binnings[column], values, bins.subarray(row * count, (row + 1) * count));
  x.forEach((values, k) => {
    binTo(jets, k, k, values);
  });
  const values = new Float32Array(count);
  for (let list = 0; list < lists; list++) {
    const u = Array.from({ length: 4 }, (_, k) =>
      Float32Array.from(
        all,
        list < sets.length ? (row) => sets[list][4 * row + k] : () => generator.uniform(),
      ),
    );
    for (let k = 0; k < PIT_COLUMNS; k++) {
      pitColumn(k, x, u, values);
      binTo(pits, k * lists + list, JET_COLUMNS + k, values);
    }
  }
  return { jets, pits };
}

/** Puts a chunk's bins where they belong. Written to: `binned`. */
export function placeBins(binned: BinnedPits, from: number, made: ChunkBins): void {
  for (const part of ['jets', 'pits'] as const) {
    const rows = binned[part].length / binned.order.length;
    const count = made[part].length / rows;
    for (let row = 0; row < rows; row++)
      binned[part].set(made[part].subarray(row * count, (row + 1) * count), row * binned.order.length + from);
  }
}

/** x and |eta| of some jets, [JET_COLUMNS][jets]. */
function jetColumns(features: Float32Array, jets: Uint32Array): Float32Array[] {
  const x = Array.from({ length: FEATURE_COUNT }, (_, k) =>
    Float32Array.from(jets, (jet) => features[FEATURE_COUNT * jet + k]),
  );
  return [...x, x[1].map(Math.abs)];
}

/** The k-th column with a PIT in it, of jets x [JET_COLUMNS][rows] and u [4][rows]. Written to: `values`, [rows]. */
function pitColumn(
  k: number,
  x: readonly Float32Array[],
  u: readonly Float32Array[],
  values: Float32Array,
): void {
  if (k < 4) {
    values.set(u[k]);
    return;
  }
  if (k < 4 + VARIABLE_PAIRS.length) {
    const [a, b] = VARIABLE_PAIRS[k - 4].map((of) => u[of]);
    for (let row = 0; row < values.length; row++) values[row] = (a[row] - 0.5) * (b[row] - 0.5);
    return;
  }
  const place = k - 4 - VARIABLE_PAIRS.length;
  const [own, scale] = [u[place >> 2], x[place & 2 ? FEATURE_COUNT : 0]];
  // |u - 1/2| about its mean, so that the product with x has no part that is x only.
  if (place & 1)
    for (let row = 0; row < values.length; row++)
      values[row] = (Math.abs(own[row] - 0.5) - 0.25) * scale[row];
  else for (let row = 0; row < values.length; row++) values[row] = (own[row] - 0.5) * scale[row];
}

/** Trains on the jets before a block and scores the block. @param set which of the lists of PITs is the true one. */
export function treeScores(binned: BinnedPits, set: number, options = TREE_OPTIONS): ScoreBlock {
  const count = binned.order.length;
  const lists = binned.sets + DRAWS;
  const columns = (list: number, from: number, to: number) => [
    ...Array.from({ length: JET_COLUMNS }, (_, k) => binned.jets.subarray(k * count + from, k * count + to)),
    ...Array.from({ length: PIT_COLUMNS }, (_, k) => {
      const first = (k * lists + list) * count;
      return binned.pits.subarray(first + from, first + to);
    }),
  ];
  return (from, to, generator) => {
    const classes = [
      { columns: columns(set, 0, from), label: 1, weight: 1 },
      ...Array.from({ length: options.negatives }, (_, draw) => ({
        columns: columns(binned.sets + draw, 0, from),
        label: 0,
        weight: 1 / options.negatives,
      })),
    ];
    const forest = boost(classes, options, generator);
    const scores = new Float32Array((DRAWS + 1) * (to - from));
    for (let draw = 0; draw <= DRAWS; draw++) {
      const rows = columns(draw === 0 ? set : binned.sets + draw - 1, from, to);
      const own = scores.subarray(draw * (to - from), (draw + 1) * (to - from));
      for (const tree of forest) addTree(tree, rows, own);
    }
    return scores;
  };
}

/** The whole test of one set of PITs, [N, 4] in [0, 1], on one thread. */
export function treeTest(
  features: Float32Array,
  pits: Float32Array,
  seed: number,
  { options = TREE_OPTIONS, replacements = REPLACEMENTS } = {},
): { c2st: C2st; ranks: Float64Array } {
  const binned = emptyBins(features, 1, seed);
  for (let from = 0; from < binned.order.length; from += BIN_CHUNK)
    placeBins(binned, from, binChunk(chunkToBin(binned, features, [pits], from, seed)));
  const blocks = Array.from({ length: BLOCKS - 1 }, (_, i) =>
    testBlock(treeScores(binned, 0, options), binned.order.length, i + 1, seed, replacements),
  );
  return { c2st: combineBlocks(blocks), ranks: ranksOfJets(blocks, binned.order) };
}
