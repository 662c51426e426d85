/**
 * The joint tests of one set of jets: is p(y | x) right as a whole? Numbers and p-values of every test, as plain data.
 *
 * Each test is a part of its own, so that parts can run on different threads. The same tests run on a null set, whose
 * true values are drawn from the model itself: what passing looks like.
 */
import { VARIABLES } from '../../jets/columns.js';
import { percent, sigmas } from '../pit-effect.js';
import type { TestResult } from '../verdict.js';
import type { C2st } from './c2st.js';
import { type Dependence, dependence } from './dependence.js';
import { type LocalMap, localMap } from './local-map.js';
import { treeTest } from './pit-trees.js';
import { type Rosenblatt, rosenblatt } from './rosenblatt.js';
import { type Tarp, tarp } from './tarp.js';

/** What the tests look at. Arrays may be shared between threads: no test writes to them. */
export interface JointInput {
  /** [N, 4] input jets, physical units. */
  readonly jets: Float32Array;
  /** [N, 4] the same as features: jet-features.ts. */
  readonly features: Float32Array;
  /** [N, 4] targetsOf (jet-features.ts) the target jets that came true. */
  readonly targets: Float32Array;
  /** [N, 4] their exact PIT under the model: exact-condition.ts. */
  readonly pits: Float32Array;
  /** [N, S, 4] targetsOf (jet-features.ts) target jets that the model sampled, S ≥ 16. */
  readonly sampledTargets: Float32Array;
}

/** What each part finds; the classifier's blocks run by themselves: joint-study.ts. */
export interface JointParts {
  readonly dependence: Dependence;
  readonly tarp: Tarp;
  readonly rosenblatt: Rosenblatt;
}

/** The parts, those that take longest first. The same seed gives the same numbers. */
export const JOINT_PARTS: {
  readonly [Part in keyof JointParts]: (input: JointInput, seed: number) => JointParts[Part];
} = {
  dependence: ({ targets, sampledTargets }, seed) =>
    dependence(targets, firstSamples(sampledTargets, sampledTargets.length / targets.length), seed),
  tarp: ({ features, targets, sampledTargets }, seed) => tarp(targets, sampledTargets, features, seed),
  rosenblatt: ({ features, pits }) => rosenblatt(pits, features),
};

/** Whether p(y | x) is right as a whole: every test's findings on one set of jets. */
export interface JointTests {
  /** Jets tested. */
  readonly jets: number;
  /** The exact PIT: uniform, and independent of the jet. */
  readonly rosenblatt: Rosenblatt;
  /** By boosted trees. */
  readonly c2st: C2st & {
    /** Where in (pt, |eta|) it succeeds. */
    readonly map: LocalMap;
  };
  /** Expected coverage. */
  readonly tarp: Tarp;
  /** Correlations of the target's components. */
  readonly dependence: Dependence;
  /** One p-value for each test that enters the verdict, and what it says of the jets. */
  readonly tests: readonly TestResult[];
}

/**
 * Every part together.
 *
 * @param classifier its findings, and the rank of each jet: c2st.ts.
 */
export function jointTests(
  { jets }: Pick<JointInput, 'jets'>,
  { rosenblatt: uniformity, tarp: coverage, dependence: correlations }: JointParts,
  { c2st, ranks }: { readonly c2st: C2st; readonly ranks: Float64Array },
): JointTests {
  const count = jets.length / 4;
  const map = localMap(jets, ranks);
  const tests = [
    ...VARIABLES.map((variable) => ({
      name: `Rosenblatt PIT of ${variable}`,
      pValue: uniformity.variables[variable].pValue,
      effect: uniformity.variables[variable].effect,
    })),
    {
      name: 'independence and shape of the Rosenblatt PIT',
      pValue: uniformity.smooth.pValue,
      effect: uniformity.smooth.effect,
    },
    { name: 'classifier two-sample test', pValue: c2st.pValue, effect: classifierEffect(c2st, map) },
    { name: 'expected coverage (TARP)', pValue: coverage.pValue, effect: coverageEffect(coverage) },
    {
      name: 'correlations of the response',
      pValue: correlations.pValue,
      effect: correlationEffect(correlations),
    },
    {
      name: 'sliced Kolmogorov distance of the response',
      pValue: correlations.slicedKs.pValue,
      effect: `true and predicted responses, all four variables together, differ by ${percent(correlations.slicedKs.distance)} of the jets along a random direction`,
    },
  ];
  return {
    jets: count,
    rosenblatt: uniformity,
    c2st: { ...c2st, map },
    tarp: coverage,
    dependence: correlations,
    tests: tests.map((test) => ({ ...test, jets: count })),
  };
}

function classifierEffect({ auc }: C2st, { z, ptEdges, absEtaEdges }: LocalMap): string {
  const told = `true jets are told from predicted ones with an AUC of ${auc.auc.toFixed(4)} ± ${auc.error.toFixed(4)} (0.5 is guessing)`;
  const cells = z.flatMap((row, i) => row.flatMap((own, j) => (own === null ? [] : [{ i, j, z: own }])));
  if (cells.length === 0) return told;
  const { i, j } = cells.reduce((best, cell) => (cell.z > best.z ? cell : best));
  const range = (edges: readonly number[], cell: number, digits: number) =>
    edges
      .slice(cell, cell + 2)
      .map((edge) => Number(edge.toPrecision(digits)))
      .join(' to ');
  return `${told}, best at pt ${range(ptEdges, i, 3)} GeV and |eta| ${range(absEtaEdges, j, 2)}`;
}

function coverageEffect({ difference, band }: Tarp): string {
  const k = difference.reduce(
    (worst, own, i) => (Math.abs(own) > Math.abs(difference[worst]) ? i : worst),
    0,
  );
  const level = band.points[k];
  return `regions that should hold ${percent(level)} of the true jets hold ${percent(level + difference[k])}`;
}

function correlationEffect({ largest, difference, error }: Dependence): string {
  const { pair, pull, of } = largest;
  const off = difference[of[0]][of[1]];
  const side = off > 0 ? 'low' : 'high';
  return `the correlation of ${pair.replace('–', ' and ')} is predicted ${Math.abs(off).toFixed(4)} ± ${error[of[0]][of[1]].toFixed(4)} too ${side} (${sigmas(pull)})`;
}

/** The tests of one set on one thread: what a power study repeats. */
export function jointTestsOf(input: JointInput, seed: number): JointTests {
  const parts = {
    rosenblatt: JOINT_PARTS.rosenblatt(input, seed),
    dependence: JOINT_PARTS.dependence(input, seed),
    tarp: JOINT_PARTS.tarp(input, seed),
  };
  return jointTests(input, parts, treeTest(input.features, input.pits, seed));
}

/** [N, 4]: the first sample of each jet. */
function firstSamples(samples: Float32Array, perJet: number): Float32Array {
  return Float32Array.from(
    { length: samples.length / perJet },
    (_, i) => samples[4 * perJet * (i >> 2) + (i % 4)],
  );
}
