/**
 * What the joint tests need of a model, a block of jets at a time: samples, and the exact PIT of the true jets and of
 * one further sample, which stands in for the true jet in the null column.
 */

import type { Session } from '../../engines/engine.js';
import { VARIABLES } from '../../jets/columns.js';
import { type ConditionCdf, exactCondition } from '../../model/condition.js';
import { type Conditional, quantilesOf } from '../../model/conditional/conditional.js';
import { TARGET_TRANSFORMS, targetValue } from '../../model/transforms.js';
import { makeGenerator } from '../../stats/generator.js';
import { tauOf } from '../../stats/tau.js';

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
  readonly seed: number;
  /** Written to: the block's part of what all blocks share. */
  readonly drawn: Drawn;
}

/** What the blocks make, over memory that threads share: at 200,000 jets copies would take a gigabyte. */
export interface Drawn {
  /** [n, S, 4]: log ratios and differences of sampled target jets to the input jet. */
  readonly sampledTargets: Float32Array;
  /** [n, 4] of the true jets. */
  readonly pits: Float32Array;
  /** [n, 4] a sample that is none of the former, and its PIT. */
  readonly nullTruth: Float32Array;
  readonly nullPits: Float32Array;
}

/** @returns how many true values lie outside of what the model gives, and jets whose quantiles cross. */
export async function jointBlock(
  session: Session,
  conditional: Conditional,
  { block, jets, truth, seed, drawn }: BlockInput,
): Promise<ConditionCdf['counts']> {
  const count = truth.length / 4;
  const inputs = jets.length / count;
  const samples = drawn.sampledTargets.length / truth.length;
  const generator = makeGenerator(seed, USE, block);
  const perJet = samples + 1;
  const tau = new Float32Array(count * 4 * perJet);
  for (let at = 0; at < tau.length; at++) tau[at] = tauOf(generator.word());
  const predictions = new Float32Array(tau.length);
  await session.predict(jets, tau, predictions, count, perJet);
  const transforms = VARIABLES.map((variable) => TARGET_TRANSFORMS[variable]);
  const nullTruth = new Float32Array(4 * count);
  for (let jet = 0; jet < count; jet++) {
    for (let k = 0; k < 4; k++) {
      const from = (4 * jet + k) * perJet;
      const input = jets[inputs * jet + k];
      for (let s = 0; s < samples; s++) {
        const at = (jet * samples + s) * 4 + k;
        drawn.sampledTargets[at] = targetValue(transforms[k], predictions[from + s], input);
      }
      nullTruth[4 * jet + k] = predictions[from + samples];
    }
  }
  // What a jet decides is computed once for both: a block is less than what is asked at a time.
  const quantiles = await quantilesOf(conditional, jets);
  const condition = exactCondition(
    { inputs, quantile: conditional.quantile.bind(conditional), forJets: async () => quantiles },
    jets,
  );
  const own = await condition.cdf(truth);
  const ofNull = await condition.cdf(nullTruth);
  drawn.pits.set(atomsSpread(own.tau, truth, generator.uniform));
  drawn.nullTruth.set(nullTruth);
  drawn.nullPits.set(atomsSpread(ofNull.tau, nullTruth, generator.uniform));
  return own.counts;
}

/**
 * Masses of zero stand for all predictions at or below zero, so their PIT is anywhere between 0 and the CDF at zero,
 * with equal probability.
 */
function atomsSpread(tau: Float32Array, jets: Float32Array, uniform: () => number): Float32Array {
  for (let at = 3; at < tau.length; at += 4) if (jets[at] <= 0) tau[at] *= uniform();
  return tau;
}
