/**
 * The classifier two-sample test of p(y | x): can anything tell (x, u), u the PIT of the true jet, from (x, U) with U
 * uniform on [0, 1]⁴?
 *
 * After Bansal, Chen, Scott, "Conformal C2ST: turning weak classifiers into strong two-sample tests", arXiv
 * 2507.17026: the score of a true value is ranked among scores of draws from the model *at the same x*, so that a poor
 * classifier costs power but never validity. The construction here, and why its p-value is exact at every N:
 *
 * 1. The jets are cut into blocks in a random order. The classifier that scores block b has seen blocks 0 … b-1 alone.
 * 2. For jet i of block b draw U_i1 … U_im uniform. If p(y | x) is right, u_i, U_i1 … U_im are exchangeable given x_i,
 *    the classifier and all earlier blocks, and independent over the jets of the block.
 * 3. So, given the m + 1 scores of each jet as a set, the true one is any of them with equal probability. T_b is the sum
 *    of the true scores; T* the same sum with the true one replaced by a random one of the m + 1, R times:
 *    p_b = (#{T* > T} + v (1 + #{T* = T})) / (R + 1), v uniform, is uniform on (0, 1) exactly, given earlier blocks.
 * 4. Hence the p_b are independent and uniform, and so is Stouffer's p = P(Z > sum_b w_b z_b), w_b² = n_b / sum n,
 *    z_b = the normal quantile of 1 - p_b. (Permuting all blocks at once would not be exact: later classifiers have
 *    learnt from earlier true values. The same holds for plain cross-fitting with a pooled permutation.)
 *
 * The scores enter T as probabilities, 1/(1 + e^-logit): near 1/2 the sum is the log likelihood ratio's up to a
 * factor, and no single wild logit decides. The rank of each true score, made uniform by a random number, estimates the
 * AUC within jets, and its mean in cells of (pt, |eta|) says where the classifier succeeds (local C2ST; Linhart,
 * Gramfort, Rodrigues, arXiv 2306.03580).
 */

import { type Auc, auc } from '../../stats/auc.js';
import { type Generator, makeGenerator } from '../../stats/generator.js';
import { normalQuantile, normalTail } from '../../stats/normal.js';
import { PIT_COUNT, type PitClassifier, uniformPits } from './classifier.js';
import { FEATURE_COUNT } from './jet-features.js';

/** Blocks: a quarter of the jets trains alone, three quarters are tested. */
const BLOCKS = 4;
/** Draws a jet, m: the test loses the fraction 1/(m + 1) of the jets' worth against infinitely many. */
const DRAWS = 10;
/** Random replacements, R, where the caller does not say: a block's p-value is then 1/2000 at least, all three's 1e-8. */
export const REPLACEMENTS = 1999;

/** What the generators of this study are for, see generator.ts. */
const USE = 1;

/**
 * The classifier two-sample test of p(y | x): can anything tell the PIT of true jets from uniform numbers? After Bansal,
 * Chen, Scott, arXiv:2507.17026.
 */
export interface C2st {
  /** Which, in words. */
  readonly classifier: string;
  /** Exact in finite samples; small where the classifier tells true PITs from uniform ones. */
  readonly pValue: number;
  /** Standard normal if the model is right: Stouffer's sum over blocks, sum_b w_b z_b. */
  readonly z: number;
  /** Jets tested: three quarters. */
  readonly jets: number;
  /** ROC area of true against uniform PITs, pooled over the jets of all tested blocks, with DeLong's interval. */
  readonly auc: Auc;
  /** The same within jets. */
  readonly withinJets: {
    /** Share of a jet's uniform draws that its true PIT outscores: 0.5 if right. */
    readonly auc: number;
    /** Its standard error if right. */
    readonly error: number;
  };
  /** `[N]`, the uniform rank of each tested jet’s score, NaN for the first block: input of local-map.ts. */
  readonly ranks: Float64Array;
}

/**
 * @param features [N, 4], see jet-features.ts.
 * @param pits [N, 4] in [0, 1], exact: see rosenblatt.ts.
 */
export function c2st(
  features: Float32Array,
  pits: Float32Array,
  classifier: PitClassifier,
  seed: number,
  replacements = REPLACEMENTS,
): C2st {
  const jets = pits.length / PIT_COUNT;
  const order = randomOrder(jets, makeGenerator(seed, USE, 0));
  const ranks = new Float64Array(jets).fill(Number.NaN);
  const tested = { positives: [] as Float32Array[], negatives: [] as Float32Array[] };
  let z = 0;
  let count = 0;
  for (let block = 1; block < BLOCKS; block++) {
    const generator = makeGenerator(seed, USE, block);
    const start = Math.floor((jets * block) / BLOCKS);
    const end = Math.floor((jets * (block + 1)) / BLOCKS);
    const seen = order.subarray(0, start);
    const score = classifier.train(
      rowsOf(features, seen, FEATURE_COUNT),
      rowsOf(pits, seen, PIT_COUNT),
      generator,
    );
    const members = order.subarray(start, end);
    const scores = scoreBlock(score, features, pits, members, generator);
    z +=
      Math.sqrt(members.length) *
      normalQuantile(1 - replacementPValue(scores, members.length, replacements, generator));
    count += members.length;
    rankWithin(scores, members, ranks, generator);
    tested.positives.push(scores.subarray(0, members.length));
    tested.negatives.push(scores.subarray(members.length));
  }
  z /= Math.sqrt(count);
  const sum = ranks.reduce((total, rank) => total + (Number.isNaN(rank) ? 0 : rank), 0);
  return {
    classifier: classifier.name,
    pValue: normalTail(z),
    z,
    jets: count,
    auc: auc(joined(tested.positives), joined(tested.negatives)),
    // A uniform rank (less + v) / (m + 1) shrinks the AUC's distance from 1/2 by m/(m + 1).
    withinJets: {
      auc: 0.5 + ((sum / count - 0.5) * (DRAWS + 1)) / DRAWS,
      error: ((DRAWS + 1) / DRAWS) * Math.sqrt(1 / (12 * count)),
    },
    ranks,
  };
}

/** Probabilities of class 1, [m + 1, members]: the true PITs first, then m draws. */
function scoreBlock(
  score: ReturnType<PitClassifier['train']>,
  features: Float32Array,
  pits: Float32Array,
  members: Uint32Array,
  generator: Generator,
): Float32Array {
  const count = members.length;
  const blockFeatures = rowsOf(features, members, FEATURE_COUNT);
  const scores = new Float32Array((DRAWS + 1) * count);
  for (let draw = 0; draw <= DRAWS; draw++) {
    const drawn = draw === 0 ? rowsOf(pits, members, PIT_COUNT) : uniformPits(count, generator);
    score(blockFeatures, drawn, scores.subarray(draw * count, (draw + 1) * count));
  }
  return scores.map((logit) => 1 / (1 + Math.exp(-logit)));
}

/** p_b of step 3. */
function replacementPValue(
  scores: Float32Array,
  count: number,
  replacements: number,
  generator: Generator,
): number {
  // A jet's scores beside each other: the millions of draws below then stay in few cache lines.
  const ofJets = new Float32Array(scores.length);
  let sum = 0;
  for (let jet = 0; jet < count; jet++) {
    sum += scores[jet];
    for (let k = 0; k <= DRAWS; k++) ofJets[jet * (DRAWS + 1) + k] = scores[k * count + jet];
  }
  let [above, equal] = [0, 0];
  for (let i = 0; i < replacements; i++) {
    let replaced = 0;
    for (let jet = 0, digits = 0; jet < count; jet++) {
      if (jet % DIGITS === 0) digits = generator.below((DRAWS + 1) ** DIGITS);
      const rest = Math.floor(digits / (DRAWS + 1));
      replaced += ofJets[jet * (DRAWS + 1) + digits - rest * (DRAWS + 1)];
      digits = rest;
    }
    if (replaced > sum) above++;
    else if (replaced === sum) equal++;
  }
  return (above + generator.uniform() * (1 + equal)) / (replacements + 1);
}

/** Draws from one random word: as many digits to the base m + 1 as leave the bias of `below` under 1e-3 of a probability. */
const DIGITS = 6;

/** Writes (less + v (1 + equal)) / (m + 1) of each member into `ranks`. */
function rankWithin(
  scores: Float32Array,
  members: Uint32Array,
  ranks: Float64Array,
  generator: Generator,
): void {
  const count = members.length;
  for (let i = 0; i < count; i++) {
    let [less, equal] = [0, 0];
    for (let draw = 1; draw <= DRAWS; draw++) {
      const score = scores[draw * count + i];
      if (score < scores[i]) less++;
      else if (score === scores[i]) equal++;
    }
    ranks[members[i]] = (less + generator.uniform() * (1 + equal)) / (DRAWS + 1);
  }
}

function randomOrder(count: number, generator: Generator): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Rows of a row-major matrix, in the order given. */
function rowsOf(values: Float32Array, rows: Uint32Array, width: number): Float32Array {
  const picked = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < width; k++) picked[width * i + k] = values[width * rows[i] + k];
  }
  return picked;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
