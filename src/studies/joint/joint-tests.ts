/**
 * The joint tests of one set of jets: is p(y | x) right as a whole? Numbers and p-values of every test, as plain data.
 *
 * Each test is a part of its own, so that parts can run on different threads. The same tests run on a null set, whose
 * true values are drawn from the model itself: what passing looks like.
 */
import { VARIABLES } from '../../jets/columns.js';
import { TARGET_TRANSFORMS, targetValue } from '../../model/transforms.js';
import type { TestResult } from '../verdict.js';
import { type C2st, c2st } from './c2st.js';
import { PIT_COUNT, type PitClassifier } from './classifier.js';
import { networkClassifier } from './classifier-network.js';
import { treeClassifier } from './classifier-trees.js';
import { type Dependence, dependence } from './dependence.js';
import { jetFeatures } from './jet-features.js';
import { type LocalMap, localMap } from './local-map.js';
import { type Rosenblatt, rosenblatt } from './rosenblatt.js';
import { type SlicedSpectra, slicedSpectra } from './sliced-spectra.js';
import { type Tarp, tarp } from './tarp.js';

/** What the tests look at. Arrays may be shared between threads: no test writes to them. */
export interface JointInput {
  /** [N, 4] input jets, physical units. */
  readonly jets: Float32Array;
  /** [N, 4] the target jets that came true. */
  readonly truth: Float32Array;
  /** [N, 4] their exact PIT under the model: given-conditional.ts, cdf. */
  readonly pits: Float32Array;
  /** [N, S, 4] {@link targetsOf} target jets that the model sampled, S ≥ 16. */
  readonly sampledTargets: Float32Array;
}

/** What each part finds. */
export interface JointParts {
  readonly network: C2st;
  readonly trees: C2st;
  readonly dependence: Dependence;
  readonly tarp: Tarp;
  readonly rosenblatt: Rosenblatt;
  readonly slices: readonly SlicedSpectra[];
}

/** The parts, those that take longest first. The same seed gives the same numbers. */
export const JOINT_PARTS: {
  readonly [Part in keyof JointParts]: (input: JointInput, seed: number) => JointParts[Part];
} = {
  network: ({ jets, pits }, seed) => c2st(jetFeatures(jets), pits, networkClassifier(), seed),
  trees: ({ jets, pits }, seed) => c2st(jetFeatures(jets), pits, treeClassifier(), seed),
  dependence: ({ jets, truth, sampledTargets }, seed) =>
    dependence(
      targetsOf(truth, jets),
      firstSamples(sampledTargets, sampledTargets.length / truth.length),
      seed,
    ),
  tarp: ({ jets, truth, sampledTargets }, seed) =>
    tarp(targetsOf(truth, jets), sampledTargets, jetFeatures(jets), seed),
  rosenblatt: ({ jets, pits }) => rosenblatt(pits, jetFeatures(jets)),
  slices: ({ jets, truth, sampledTargets }, seed) =>
    slicedSpectra(jets, targetsOf(truth, jets), sampledTargets, seed),
};

/** A classifier's findings without those on single jets. */
export type C2stSummary = Omit<C2st, 'ranks'>;

/** Whether p(y | x) is right as a whole: every test's findings on one set of jets. */
export interface JointTests {
  /** Jets tested. */
  readonly jets: number;
  /** The exact PIT: uniform, and independent of the jet. */
  readonly rosenblatt: Rosenblatt;
  /**
   * By boosted trees, whose p-value enters the verdict: more power on the reference detector than a small network
   * (docs/statistical-tests.md), chosen before the jets are looked at. The network, on request, is there to be compared with.
   */
  readonly c2st: C2stSummary & {
    /** Where in (pt, |eta|) it succeeds. */
    readonly map: LocalMap;
    /** By a small network; null where it was not asked for, and in a control. */
    readonly network: C2stSummary | null;
  };
  /** Expected coverage. */
  readonly tarp: Tarp;
  /** Correlations of the target's components. */
  readonly dependence: Dependence;
  /** Spectra of the response in slices of the input jet; its p-values stay out of the verdict. Empty in a control. */
  readonly slices: readonly SlicedSpectra[];
  /** One p-value for each test that enters the verdict, and what a small one means. */
  readonly tests: readonly TestResult[];
}

/**
 * What a control leaves out, as it is no part of the verdict. The network runs only where
 * it is asked for at all.
 */
export const NOT_CONTROLLED: readonly (keyof JointParts)[] = ['network', 'slices'];

/** Every part together. @param jets [N, 4], the input's. @param parts without {@link NOT_CONTROLLED} for a control. */
export function jointTests(
  jets: Float32Array,
  parts: Omit<JointParts, 'network' | 'slices'> & Partial<JointParts>,
): JointTests {
  const { rosenblatt: uniformity, tarp: coverage, dependence: correlations } = parts;
  const { ranks, ...trees } = parts.trees;
  const network = parts.network && withoutRanks(parts.network);
  return {
    jets: jets.length / PIT_COUNT,
    rosenblatt: uniformity,
    c2st: { ...trees, map: localMap(jets, ranks), network: network ?? null },
    tarp: coverage,
    dependence: correlations,
    slices: parts.slices ?? [],
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

function withoutRanks({ ranks: _, ...summary }: C2st): C2stSummary {
  return summary;
}

/** The p-values alone, with classifiers of one's own choice by name: what a power study repeats. */
export function jointPValues(
  { jets, truth, pits, sampledTargets }: JointInput,
  classifiers: Readonly<Record<string, PitClassifier>>,
  seed: number,
): Record<string, number> {
  const features = jetFeatures(jets);
  const targets = targetsOf(truth, jets);
  const uniformity = rosenblatt(pits, features);
  const correlations = dependence(
    targets,
    firstSamples(sampledTargets, sampledTargets.length / truth.length),
    seed,
  );
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
