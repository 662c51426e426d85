/**
 * What tells the PIT of true jets from uniform numbers: trained on (x, u) as class 1 and (x, U) as class 0, U uniform
 * on [0, 1]⁴ and drawn for the same x. The best possible logit is log p(u | x): zero where the model is right.
 */
import type { Generator } from '../../stats/generator.js';

/** Components of a PIT: pt, eta, phi, mass. */
export const PIT_COUNT = 4;

export interface PitClassifier {
  readonly name: string;
  /**
   * @param features [N, 4] of the input jets, see jet-features.ts.
   * @param pits [N, 4] in [0, 1], of the same jets.
   * @param generator of the uniform numbers, initial weights and order; the result depends on nothing else.
   */
  train(features: Float32Array, pits: Float32Array, generator: Generator): PitScore;
}

/**
 * The logit of class 1 for each row.
 *
 * @param features [rows, 4], @param pits [rows, 4], @param scores [rows], written to.
 */
export type PitScore = (features: Float32Array, pits: Float32Array, scores: Float32Array) => void;

/** `count` uniform PITs, [count, 4]. */
export function uniformPits(count: number, generator: Generator): Float32Array {
  const pits = new Float32Array(PIT_COUNT * count);
  for (let i = 0; i < pits.length; i++) pits[i] = generator.uniform();
  return pits;
}
