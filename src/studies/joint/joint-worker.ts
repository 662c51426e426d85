/**
 * A thread of the joint study. Over memory that all threads share it makes what the tests need of the model, a block of
 * jets at a time, and then runs single tests.
 */
import { workerData } from 'node:worker_threads';
import { type Conditional, quantilesOf, type Session } from '../../engines/engine.js';
import type { SessionModule, SessionSource } from '../../engines/open.js';
import { VARIABLES } from '../../jets/columns.js';
import { TARGET_TRANSFORMS, targetValue } from '../../model/transforms.js';
import { type ConditionCdf, exactCondition } from '../../sampling/exact-condition.js';
import { makeGenerator } from '../../stats/generator.js';
import { tauOf } from '../../stats/tau.js';
import { type TestedBlock, testBlock } from './c2st.js';
import { JOINT_PARTS, type JointInput, type JointParts } from './joint-tests.js';
import { type BinnedPits, fillBins, treeScores } from './pit-trees.js';

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
  /** [n, 4] the exact PIT of the true jets. */
  readonly pits: Float32Array;
  /** [n, 4] a sample that is none of the former and stands in for the true jet in the control, and its PIT. */
  readonly nullTruth: Float32Array;
  readonly nullPits: Float32Array;
}

let opened: Promise<{ session: Session; conditional: Conditional }> | undefined;

async function open(): Promise<{ session: Session; conditional: Conditional }> {
  const { module, options } = workerData as SessionSource;
  const { openSession, openConditional } = (await import(module)) as Required<SessionModule>;
  return { session: await openSession(options), conditional: await openConditional(options) };
}

/** @returns how many true values lie outside of what the model gives, and jets whose quantiles cross. */
export async function drawBlock({
  block,
  jets,
  truth,
  seed,
  drawn,
}: BlockInput): Promise<ConditionCdf['counts']> {
  opened ??= open();
  const { session, conditional } = await opened;
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

/** Bins of some jets, for the classifier. */
export function binJets(task: {
  readonly binned: BinnedPits;
  readonly features: Float32Array;
  readonly sets: readonly Float32Array[];
  readonly from: number;
  readonly seed: number;
}): void {
  fillBins(task.binned, task.features, task.sets, task.from, task.seed);
}

/** A block of the classifier test of one set. */
export function classifyBlock(task: {
  readonly binned: BinnedPits;
  readonly set: number;
  readonly block: number;
  readonly seed: number;
}): TestedBlock {
  const { binned, set, block, seed } = task;
  return testBlock(treeScores(binned, set), binned.order.length, block, seed);
}

/** Any other test of one set. */
export function runPart(task: {
  readonly part: keyof JointParts;
  readonly input: JointInput;
  readonly seed: number;
}): JointParts[keyof JointParts] {
  return JOINT_PARTS[task.part](task.input, task.seed);
}
