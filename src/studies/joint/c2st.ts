/**
 * The classifier two-sample test of p(y | x): can anything tell (x, u), u the PIT of the true jet, from (x, U) with U
 * uniform on [0, 1]⁴? The best possible logit is log p(u | x): zero where the model is right.
 *
 * After Bansal, Chen, Scott, "Conformal C2ST: turning weak classifiers into strong two-sample tests", arXiv
 * 2507.17026: the score of a true value is ranked among scores of draws from the model *at the same x*, so that a poor
 * classifier costs power but never validity. The construction here, and why its p-value is exact at every N:
 *
 * 1. For jet i draw U_i1 … U_im uniform. The jets are cut into blocks in a random order. The classifier that scores block b
 *    has seen the jets of blocks 0 … b-1 and their draws, and of block b nothing.
 * 2. If p(y | x) is right, u_i, U_i1 … U_im of a jet of block b are exchangeable given x_i, the classifier and all earlier
 *    blocks, and independent over the jets of the block.
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

/** Blocks: a quarter of the jets only trains, three quarters are tested. */
export const BLOCKS = 4;
/** Draws a jet, m: the test loses the fraction 1/(m + 1) of the jets' worth against infinitely many. */
export const DRAWS = 10;
/** Random replacements, R, where the caller does not say: a block's p-value is then 1/2000 at least, all three's 1e-8. */
export const REPLACEMENTS = 1999;

/** What the generators of this test are for, see generator.ts: part 0 is the order, 1 … 3 the blocks. */
export const C2ST_USE = 1;

/**
 * The classifier two-sample test of p(y | x): can anything tell the PIT of true jets from uniform numbers? After Bansal,
 * Chen, Scott, arXiv:2507.17026.
 */
export interface C2st {
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
}

/**
 * Logits of a block by a classifier that has seen the jets before it.
 *
 * @param from, to places of the block in the random order; those before `from` were seen.
 * @returns [m + 1, to - from]: the true PITs first, then each jet's draws.
 */
export type ScoreBlock = (from: number, to: number, generator: Generator) => Float32Array;

/** What one block says. */
export interface TestedBlock {
  /** z_b of step 4. */
  readonly z: number;
  /** Probabilities of being true, [m + 1, n]. */
  readonly probabilities: Float32Array;
  /** Uniform rank of each jet's true score, [n]. */
  readonly ranks: Float64Array;
}

/** @param jets N. @param block 1 … {@link BLOCKS} - 1. */
export function testBlock(
  score: ScoreBlock,
  jets: number,
  block: number,
  seed: number,
  replacements = REPLACEMENTS,
): TestedBlock {
  const generator = makeGenerator(seed, C2ST_USE, block);
  const [from, to] = [block, block + 1].map((part) => Math.floor((jets * part) / BLOCKS));
  const probabilities = score(from, to, generator).map((logit) => 1 / (1 + Math.exp(-logit)));
  const pValue = replacementPValue(probabilities, to - from, replacements, generator);
  return {
    z: normalQuantile(1 - pValue),
    probabilities,
    ranks: ranksWithin(probabilities, to - from, generator),
  };
}

/** All blocks together. @param blocks in their order. */
export function combineBlocks(blocks: readonly TestedBlock[]): C2st {
  const count = blocks.reduce((sum, { ranks }) => sum + ranks.length, 0);
  const z =
    blocks.reduce((sum, block) => sum + Math.sqrt(block.ranks.length) * block.z, 0) / Math.sqrt(count);
  const rankSum = blocks.reduce((sum, { ranks }) => sum + ranks.reduce((all, rank) => all + rank, 0), 0);
  return {
    pValue: normalTail(z),
    z,
    jets: count,
    auc: auc(
      joined(blocks.map(({ probabilities, ranks }) => probabilities.subarray(0, ranks.length))),
      joined(blocks.map(({ probabilities, ranks }) => probabilities.subarray(ranks.length))),
    ),
    // A uniform rank (less + v) / (m + 1) shrinks the AUC's distance from 1/2 by m/(m + 1).
    withinJets: {
      auc: 0.5 + ((rankSum / count - 0.5) * (DRAWS + 1)) / DRAWS,
      error: ((DRAWS + 1) / DRAWS) * Math.sqrt(1 / (12 * count)),
    },
  };
}

/** The uniform rank of each jet's score, NaN for those of the first block: input of local-map.ts. @param order [N] jets. */
export function ranksOfJets(blocks: readonly TestedBlock[], order: Uint32Array): Float64Array {
  const ranks = new Float64Array(order.length).fill(Number.NaN);
  blocks.forEach((block, i) => {
    const from = Math.floor((order.length * (i + 1)) / BLOCKS);
    block.ranks.forEach((rank, place) => {
      ranks[order[from + place]] = rank;
    });
  });
  return ranks;
}

/** p_b of step 3, of scores in steps of 2⁻²⁴, whose sums are exact in any order. */
function replacementPValue(
  probabilities: Float32Array,
  count: number,
  replacements: number,
  generator: Generator,
): number {
  const score = (draw: number, jet: number) => Math.round(probabilities[draw * count + jet] * 2 ** 24);
  let sum = 0;
  for (let jet = 0; jet < count; jet++) sum += score(0, jet);
  // Two jets are replaced at a time, by one of the sums of their scores; six jets by one random word.
  const ofPairs = new Int32Array(PAIRS * PAIR_CHOICES);
  const replaced = new Float64Array(replacements);
  for (let first = 0; first < count; first += 2 * PAIRS) {
    ofPairs.fill(0);
    const pairs = Math.ceil(Math.min(2 * PAIRS, count - first) / 2);
    for (let pair = 0; pair < pairs; pair++) {
      const jet = first + 2 * pair;
      for (let i = 0, at = pair * PAIR_CHOICES; i < CHOICES; i++)
        for (let j = 0; j < CHOICES; j++, at++)
          ofPairs[at] = score(i, jet) + (jet + 1 < count ? score(j, jet + 1) : 0);
    }
    for (let i = 0; i < replacements; i++) {
      let own = 0;
      for (let pair = 0; pair < pairs; pair += 3) {
        const word = generator.below(TRIPLE_CHOICES);
        const rest = (word / PAIR_CHOICES) | 0;
        const last = (rest / PAIR_CHOICES) | 0;
        const at = pair * PAIR_CHOICES;
        own +=
          ofPairs[at + word - rest * PAIR_CHOICES] +
          ofPairs[at + PAIR_CHOICES + rest - last * PAIR_CHOICES] +
          ofPairs[at + 2 * PAIR_CHOICES + last];
      }
      replaced[i] += own;
    }
  }
  let [above, equal] = [0, 0];
  for (const each of replaced) {
    if (each > sum) above++;
    else if (each === sum) equal++;
  }
  return (above + generator.uniform() * (1 + equal)) / (replacements + 1);
}

/** Pairs of jets at a time, a multiple of three: their sums stay in the processor's cache. */
const PAIRS = 48;
/** Of a jet, of two, and of the six jets of a random word: few enough that the bias of \`below\` is under 1e-3 of a probability. */
const CHOICES = DRAWS + 1;
const PAIR_CHOICES = CHOICES ** 2;
const TRIPLE_CHOICES = PAIR_CHOICES ** 3;

/** (less + v (1 + equal)) / (m + 1) of each jet. */
function ranksWithin(scores: Float32Array, count: number, generator: Generator): Float64Array {
  const ranks = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let [less, equal] = [0, 0];
    for (let draw = 1; draw <= DRAWS; draw++) {
      const score = scores[draw * count + i];
      if (score < scores[i]) less++;
      else if (score === scores[i]) equal++;
    }
    ranks[i] = (less + generator.uniform() * (1 + equal)) / (DRAWS + 1);
  }
  return ranks;
}

export function randomOrder(count: number, generator: Generator): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
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
