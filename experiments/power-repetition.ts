/** One repetition of the power study: fresh jets, and for every model the p-value of every test. */
import { VARIABLES } from '../src/jets/columns.js';
import type { OpenBundle } from '../src/sampling/open-bundle.js';
import { bandCounts, bandPValue } from '../src/stats/ecdf-band.js';
import { type Generator, makeGenerator } from '../src/stats/generator.js';
import { jetFeatures, targetsOf } from '../src/studies/joint/jet-features.js';
import { jointTestsOf } from '../src/studies/joint/joint-tests.js';
import { countsOf, spectrumPValues, spreadPoints } from '../src/studies/replicates.js';
import { makeReferenceJets } from '../test/reference-detector.js';
import { type Model, RIGHT } from './faults.js';
import { bent, networkJets } from './faulty-network.js';

/** Tests in the order of the table's columns. */
export const TESTS = [
  'marginals',
  'closure',
  'Rosenblatt PIT',
  'smooth',
  'C2ST',
  'TARP',
  'correlations',
  'sliced KS',
] as const;
export type TestName = (typeof TESTS)[number];
/** By test; one that was not asked is left out. */
export type PValues = Partial<Record<TestName, number>>;

/** Of the generator that draws the models' samples. */
const USE = 100;

/**
 * @param jets number of jets, @param samples predictions a jet.
 * @returns p-values by model's name.
 */
export function repetition(
  models: readonly Model[],
  jets: number,
  samples: number,
  seed: number,
): Record<string, PValues> {
  const { input, truth } = referenceJets(jets, seed);
  return Object.fromEntries(
    models.map((model, index) => {
      const generator = makeGenerator(seed, USE, index);
      const pits = new Float32Array(4 * jets);
      const sampled = new Float32Array(4 * jets * samples);
      const tau = new Float64Array(4);
      for (let jet = 0; jet < jets; jet++) {
        const x = input.subarray(4 * jet, 4 * jet + 4);
        model.pits(x, truth.subarray(4 * jet, 4 * jet + 4), pits.subarray(4 * jet, 4 * jet + 4));
        for (let s = 0; s < samples; s++) {
          for (let k = 0; k < 4; k++) tau[k] = generator.uniform();
          const at = 4 * (jet * samples + s);
          model.sample(x, tau, sampled.subarray(at, at + 4));
        }
      }
      return [model.name, pValues(input, truth, pits, sampled, seed, index)];
    }),
  );
}

/** Where the truth is drawn for the row that compares the network with the detector it has learnt. */
const LEARNT = 'the network against the detector';
/** Away from the samples' seeds. */
const TRUTH_SEED = 1_000_000;

/**
 * The same with a trained network: the truth is drawn from it, but for the last row, where it is the reference detector's.
 */
export async function networkRepetition(
  bundle: OpenBundle,
  models: readonly Model[],
  jets: number,
  samples: number,
  seed: number,
): Promise<Record<string, PValues>> {
  const { input, truth } = referenceJets(jets, seed);
  const network = networkJets(bundle, input);
  const own = await network.sample(1, TRUTH_SEED + seed);
  const rows: Record<string, PValues> = {};
  const row = async (name: string, model: Model, true_: Float32Array, index: number) => {
    const sampled = bent(input, await network.sample(samples, seed), model);
    const pits = await network.pits(true_, model);
    rows[name] = pValues(input, true_, pits, sampled, seed, index);
  };
  for (const [index, model] of models.entries()) await row(model.name, model, own, index);
  await row(LEARNT, RIGHT, truth, models.length);
  return rows;
}

/** [N, 4] each. */
function referenceJets(jets: number, seed: number): { input: Float32Array; truth: Float32Array } {
  const table = makeReferenceJets(jets, seed);
  const stage = (name: 'gen' | 'reco') =>
    Float32Array.from({ length: 4 * jets }, (_, i) => table.columns[`${name}_${VARIABLES[i % 4]}`]![i >> 2]);
  return { input: stage('gen'), truth: stage('reco') };
}

function pValues(
  jets: Float32Array,
  truth: Float32Array,
  pits: Float32Array,
  samples: Float32Array,
  seed: number,
  index: number,
): PValues {
  const generator = makeGenerator(seed, USE + 1, index);
  const targets = targetsOf(truth, jets);
  const sampledTargets = targetsOf(samples, jets);
  const input = { jets, features: jetFeatures(jets), targets, pits, sampledTargets };
  // Another seed for each model, so that models share jets and nothing else.
  const { tests } = jointTestsOf(input, 1000 * seed + index);
  const [pt, eta, phi, mass, ...others] = tests.map(({ pValue }) => pValue);
  const [smooth, c2st, coverage, correlations, slicedKs] = others;
  const count = jets.length / 4;
  const marginals = VARIABLES.map((_, k) =>
    replicatesPValue(columnOf(truth, k), columnOf(samples, k), generator),
  );
  const closures = VARIABLES.map((_, k) => {
    const own = samplePits(columnOf(targets, k), columnOf(sampledTargets, k), generator);
    return bandPValue(bandCounts(own), count);
  });
  return {
    marginals: smallestOf(marginals),
    closure: smallestOf(closures),
    'Rosenblatt PIT': smallestOf([pt, eta, phi, mass]),
    smooth,
    C2ST: c2st,
    TARP: coverage,
    correlations,
    'sliced KS': slicedKs,
  };
}

/** The spectrum of one variable is compared at so many quantiles of all values. */
const POINTS = 200;

/** Of Kolmogorov's distance between spectra. @param truth [N]. @param samples [N, S]. */
export function replicatesPValue(truth: Float32Array, samples: Float32Array, generator: Generator): number {
  const counts = countsOf(spreadPoints(truth, samples, POINTS), truth, samples);
  return spectrumPValues(counts, POINTS, generator).ks;
}

/** Šidák's p-value of the smallest of several: exact if they are independent, larger than needed if they go together. */
function smallestOf(pValues: readonly number[]): number {
  return 1 - (1 - Math.min(...pValues)) ** pValues.length;
}

function columnOf(values: Float32Array, k: number): Float32Array {
  return Float32Array.from({ length: values.length / 4 }, (_, i) => values[4 * i + k]);
}

/**
 * The PIT of each variable from the rank of the true value among the samples, as in a study: closure.ts.
 *
 * @param truth [N], @param samples [N, S] of one variable; phi as wrapped differences to the input jet's.
 * @returns [N] in (0, 1).
 */
export function samplePits(truth: Float32Array, samples: Float32Array, generator: Generator): Float64Array {
  const perJet = samples.length / truth.length;
  return Float64Array.from(truth, (value, jet) => {
    let [less, equal] = [0, 0];
    for (let at = jet * perJet; at < (jet + 1) * perJet; at++) {
      if (samples[at]! < value) less++;
      else if (samples[at] === value) equal++;
    }
    return (less + generator.uniform() * (equal + 1)) / (perJet + 1);
  });
}
