/**
 * The joint tests of one set of jets: is p(y | x) right as a whole? Numbers and p-values of every test, as plain data.
 *
 * The same tests run on a null set, whose true values are drawn from the model itself: what passing looks like.
 */
import { VARIABLES } from '../jets/columns.js';
import { TARGET_TRANSFORMS, targetValue } from '../model/transforms.js';
import { type C2st, c2st } from './c2st.js';
import { PIT_COUNT, type PitClassifier } from './classifier.js';
import { treeClassifier } from './classifier-trees.js';
import { type Dependence, dependence } from './dependence.js';
import { jetFeatures } from './jet-features.js';
import { type LocalMap, localMap } from './local-map.js';
import { type Rosenblatt, rosenblatt } from './rosenblatt.js';
import { type Tarp, tarp } from './tarp.js';

/** What the tests look at. */
export interface JointInput {
  /** [N, 4] input jets, physical units. */
  readonly jets: Float32Array;
  /** [N, 4] the target jets that came true. */
  readonly truth: Float32Array;
  /** [N, 4] their exact PIT under the model: given-conditional.ts, cdf. */
  readonly pits: Float32Array;
  /** [N, S, 4] target jets that the model sampled, S ≥ 16. */
  readonly samples: Float32Array;
}

export interface JointTests {
  readonly jets: number;
  readonly rosenblatt: Rosenblatt;
  /** With boosted trees: more power on the reference detector than a small network (docs/validation.md), and faster. */
  readonly c2st: Omit<C2st, 'ranks'> & { readonly map: LocalMap };
  readonly tarp: Tarp;
  readonly dependence: Dependence;
  /** One p-value for each test that enters the verdict, and what a small one means. */
  readonly tests: readonly { readonly name: string; readonly pValue: number; readonly finding: string }[];
}

/** Runs every joint test; the same seed gives the same numbers. */
export function jointTests({ jets, truth, pits, samples }: JointInput, seed: number): JointTests {
  const features = jetFeatures(jets);
  const targets = targetsOf(truth, jets);
  const sampledTargets = targetsOf(samples, jets);
  const perJet = samples.length / truth.length;
  const uniformity = rosenblatt(pits, features);
  const { ranks, ...trees } = c2st(features, pits, treeClassifier(), seed);
  const coverage = tarp(targets, sampledTargets, features, seed);
  const correlations = dependence(targets, firstSamples(sampledTargets, perJet), seed);
  return {
    jets: pits.length / PIT_COUNT,
    rosenblatt: uniformity,
    c2st: { ...trees, map: localMap(jets, ranks) },
    tarp: coverage,
    dependence: correlations,
    tests: [
      ...VARIABLES.map((variable) => ({
        name: `Rosenblatt PIT of ${variable}`,
        pValue: uniformity.variables[variable].pValue,
        finding: `The conditional distribution of ${variable}, given the jet and the variables before it, is wrong: its exact PIT leaves the 95 % band`,
      })),
      {
        name: 'independence and shape of the Rosenblatt PIT',
        pValue: uniformity.smooth.pValue,
        finding: `The exact PIT depends on the jet or on itself, most in: ${uniformity.smooth.largest.of} (${uniformity.smooth.largest.s.toFixed(1)} standard deviations)`,
      },
      {
        name: 'classifier two-sample test',
        pValue: trees.pValue,
        finding: `A classifier tells the true jets from the model’s, AUC ${trees.auc.auc.toFixed(4)} ± ${trees.auc.error.toFixed(4)}`,
      },
      {
        name: 'expected coverage (TARP)',
        pValue: coverage.pValue,
        finding: 'Balls around random points hold the true jets more or less often than they should',
      },
      {
        name: 'correlations of the response',
        pValue: correlations.pValue,
        finding: `The correlation ${correlations.largest.pair} of the response is wrong by ${Math.abs(correlations.largest.pull).toFixed(1)} of its errors`,
      },
      {
        name: 'sliced Kolmogorov distance of the response',
        pValue: correlations.slicedKs.pValue,
        finding:
          'True and predicted responses, all four variables together, differ along some direction more than chance allows',
      },
    ],
  };
}

/** The p-values alone, with classifiers of one's own choice by name: what a power study repeats. */
export function jointPValues(
  { jets, truth, pits, samples }: JointInput,
  classifiers: Readonly<Record<string, PitClassifier>>,
  seed: number,
): Record<string, number> {
  const features = jetFeatures(jets);
  const targets = targetsOf(truth, jets);
  const sampledTargets = targetsOf(samples, jets);
  const uniformity = rosenblatt(pits, features);
  const correlations = dependence(targets, firstSamples(sampledTargets, samples.length / truth.length), seed);
  return {
    ...Object.fromEntries(
      VARIABLES.map((variable) => [`PIT ${variable}`, uniformity.variables[variable].pValue]),
    ),
    smooth: uniformity.smooth.pValue,
    ...Object.fromEntries(
      Object.entries(classifiers).map(([name, classifier]) => [
        `C2ST ${name}`,
        c2st(features, pits, classifier, seed).pValue,
      ]),
    ),
    TARP: tarp(targets, sampledTargets, features, seed).pValue,
    correlations: correlations.pValue,
    'sliced KS': correlations.slicedKs.pValue,
  };
}

/**
 * Log ratios and differences of target jets to their input jets.
 *
 * @param values [N, S, 4], @param jets [N, 4].
 */
export function targetsOf(values: Float32Array, jets: Float32Array): Float32Array {
  const perJet = values.length / jets.length;
  const transforms = VARIABLES.map((variable) => TARGET_TRANSFORMS[variable]);
  return values.map((value, i) => {
    const k = i % 4;
    return targetValue(transforms[k], value, jets[4 * Math.floor(i / (4 * perJet)) + k]);
  });
}

/** [N, 4]: the first sample of each jet. */
function firstSamples(samples: Float32Array, perJet: number): Float32Array {
  return Float32Array.from(
    { length: samples.length / perJet },
    (_, i) => samples[4 * perJet * (i >> 2) + (i % 4)],
  );
}
