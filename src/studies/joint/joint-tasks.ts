/**
 * What the threads of a joint study do: draw what the tests need of the model, a block of jets at a time, and then run
 * single tests. Tasks and answers are plain data, which a thread of Node and a worker of a page are sent alike.
 */
import { type Conditional, quantilesOf, type Session } from '../../engines/engine.js';
import { VARIABLES, type Variable } from '../../jets/columns.js';
import { TARGET_TRANSFORMS, targetValue } from '../../model/transforms.js';
import { type ConditionCdf, exactCondition } from '../../sampling/exact-condition.js';
import { makeGenerator } from '../../stats/generator.js';
import { tauOf } from '../../stats/tau.js';
import { type TestedBlock, testBlock } from './c2st.js';
import { JOINT_PARTS, type JointInput, type JointParts } from './joint-tests.js';
import { type BinnedPits, binChunk, type ChunkBins, type ChunkToBin, treeScores } from './pit-trees.js';
import { type ResponseCurves, responseCurves } from './response.js';
import { type Scored, type Scores, scores } from './scores.js';

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
  /** Samples a jet, S. */
  readonly samples: number;
}

/** What a block is answered with. */
export interface Drawn {
  /** [n, S, 4]: log ratios and differences of sampled target jets to the input jet. */
  readonly sampledTargets: Float32Array;
  /** [n, 4] the exact PIT of the true jets. */
  readonly pits: Float32Array;
  /** [n, 4] a sample that is none of the former and stands in for the true jet in the control, and its PIT. */
  readonly nullTruth: Float32Array;
  readonly nullPits: Float32Array;
  /** How many true values lie outside of what the model gives, and jets whose quantiles cross. */
  readonly counts: ConditionCdf['counts'];
}

/** What a thread is asked for, by name. @param open its engine, asked for by the first block. */
export function jointTasks(open: () => Promise<{ session: Session; conditional: Conditional }>) {
  let opened: ReturnType<typeof open> | undefined;
  return {
    async drawBlock(task: BlockInput): Promise<Drawn> {
      opened ??= open();
      const { session, conditional } = await opened;
      return drawBlock(session, conditional, task);
    },
    /** Bins of some jets, for the classifier. */
    async binJets(task: ChunkToBin): Promise<ChunkBins> {
      return binChunk(task);
    },
    /** A block of the classifier test of one set. */
    async classifyBlock({ binned, set, block, seed }: BlockToClassify): Promise<TestedBlock> {
      return testBlock(treeScores(binned, set), binned.order.length, block, seed);
    },
    /** Any other test of one set. */
    async runPart({ part, input, seed }: PartToRun): Promise<JointParts[keyof JointParts]> {
      return JOINT_PARTS[part](input, seed);
    },
    /** Scale and resolution of one variable. */
    async curvesOf({ variable, jets, targets, sampledTargets }: ResponseOf): Promise<ResponseCurves[]> {
      return responseCurves(variable, jets, targets, sampledTargets);
    },
    /** Proper scores of the model, the control and the typical jet. */
    async scoreJets({ jets, sampledTargets, scored }: JetsToScore): Promise<Scores> {
      return scores(jets, sampledTargets, scored);
    },
  };
}

export type JointTasks = ReturnType<typeof jointTasks>;

export interface BlockToClassify {
  readonly binned: BinnedPits;
  readonly set: number;
  readonly block: number;
  readonly seed: number;
}

export interface PartToRun {
  readonly part: keyof JointParts;
  readonly input: JointInput;
  readonly seed: number;
}

export type ResponseOf = Pick<JointInput, 'jets' | 'targets' | 'sampledTargets'> & {
  readonly variable: Variable;
};

export type JetsToScore = Pick<JointInput, 'jets' | 'sampledTargets'> & { readonly scored: Scored };

async function drawBlock(
  session: Session,
  conditional: Conditional,
  { block, jets, truth, seed, samples }: BlockInput,
): Promise<Drawn> {
  const count = truth.length / 4;
  const inputs = jets.length / count;
  const generator = makeGenerator(seed, USE, block);
  const perJet = samples + 1;
  const tau = new Float32Array(count * 4 * perJet);
  for (let at = 0; at < tau.length; at++) tau[at] = tauOf(generator.word());
  const predictions = new Float32Array(tau.length);
  await session.predict(jets, tau, predictions, count, perJet);
  const transforms = VARIABLES.map((variable) => TARGET_TRANSFORMS[variable]);
  const sampledTargets = new Float32Array(4 * count * samples);
  const nullTruth = new Float32Array(4 * count);
  for (let jet = 0; jet < count; jet++) {
    for (let k = 0; k < 4; k++) {
      const from = (4 * jet + k) * perJet;
      const input = jets[inputs * jet + k];
      for (let s = 0; s < samples; s++) {
        const at = (jet * samples + s) * 4 + k;
        sampledTargets[at] = targetValue(transforms[k], predictions[from + s], input);
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
  return {
    sampledTargets,
    pits: atomsSpread(own.tau, truth, generator.uniform),
    nullTruth,
    nullPits: atomsSpread(ofNull.tau, nullTruth, generator.uniform),
    counts: own.counts,
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
