/**
 * What the joint tests need of a model, a block of jets at a time: samples, and the exact PIT of the true jets and of
 * one further sample, which stands in for the true jet in the null column.
 */
import type { Conditional } from '../model/conditional.js';
import { type ConditionalCdf, conditionalGiven } from '../model/given-conditional.js';
import type { Session } from '../model/session.js';
import { makeGenerator } from '../random/generator.js';
import { tauOf } from '../random/tau.js';

/** Jets a block: a fixed number, so that random numbers do not depend on threads. */
export const JOINT_BLOCK = 1000;
/** What the generators of this study are for, see generator.ts. */
const USE = 4;

export interface BlockInput {
  /** Which block: part of the seed of its random numbers. */
  readonly block: number;
  /** [n, inputs] of the session, physical units. */
  readonly jets: Float32Array;
  /** [n, 4] true target jets. */
  readonly truth: Float32Array;
  readonly samples: number;
  readonly seed: number;
}

export interface BlockOutput {
  /** [n, S, 4] physical units. */
  readonly samples: Float32Array;
  /** [n, 4] of the true jets. */
  readonly pits: Float32Array;
  readonly counts: ConditionalCdf['counts'];
  /** [n, 4] a sample that is none of `samples`, and its PIT. */
  readonly nullTruth: Float32Array;
  readonly nullPits: Float32Array;
}

export async function jointBlock(
  session: Session,
  conditional: Conditional,
  { block, jets, truth, samples, seed }: BlockInput,
): Promise<BlockOutput> {
  const count = truth.length / 4;
  const generator = makeGenerator(seed, USE, block);
  const perJet = samples + 1;
  const tau = Float32Array.from({ length: count * 4 * perJet }, () => tauOf(generator.word()));
  const predictions = new Float32Array(tau.length);
  await session.predict(jets, tau, predictions, count, perJet);
  const sampled = new Float32Array(count * samples * 4);
  const nullTruth = new Float32Array(count * 4);
  for (let jet = 0; jet < count; jet++) {
    for (let k = 0; k < 4; k++) {
      const from = (4 * jet + k) * perJet;
      for (let s = 0; s < samples; s++) sampled[(jet * samples + s) * 4 + k] = predictions[from + s];
      nullTruth[4 * jet + k] = predictions[from + samples];
    }
  }
  const given = conditionalGiven(conditional, jets);
  const own = await given.cdf(truth);
  const drawn = await given.cdf(nullTruth);
  return {
    samples: sampled,
    pits: atomsSpread(own.tau, truth, generator.uniform),
    counts: own.counts,
    nullTruth,
    nullPits: atomsSpread(drawn.tau, nullTruth, generator.uniform),
  };
}

/**
 * Masses of zero stand for all predictions at or below zero, so their PIT is anywhere between 0 and the CDF at zero,
 * with equal probability.
 */
function atomsSpread(tau: Float32Array, jets: Float32Array, uniform: () => number): Float32Array {
  for (let at = 3; at < tau.length; at += 4) if (jets[at] <= 0) tau[at] *= uniform();
  return tau;
}
