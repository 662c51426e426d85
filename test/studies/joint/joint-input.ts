/** Jets of the reference detector with their exact PIT and samples, under the true response or a wrong one. */

import { type Model, RIGHT } from '../../../experiments/faults.js';
import { VARIABLES } from '../../../src/jets/columns.js';
import { makeGenerator } from '../../../src/stats/generator.js';
import { jetFeatures, targetsOf } from '../../../src/studies/joint/jet-features.js';
import type { JointInput } from '../../../src/studies/joint/joint-tests.js';
import { makeReferenceJets } from '../../reference-detector.js';

export function jointInput(count: number, samples: number, seed: number, model: Model = RIGHT): JointInput {
  const table = makeReferenceJets(count, seed);
  const stage = (name: 'gen' | 'reco') =>
    Float32Array.from({ length: 4 * count }, (_, i) => table.columns[`${name}_${VARIABLES[i % 4]}`]![i >> 2]);
  const [jets, truth] = [stage('gen'), stage('reco')];
  const pits = new Float32Array(4 * count);
  const sampled = new Float32Array(4 * count * samples);
  const generator = makeGenerator(seed, 99);
  const tau = new Float64Array(4);
  for (let jet = 0; jet < count; jet++) {
    const x = jets.subarray(4 * jet, 4 * jet + 4);
    model.pits(x, truth.subarray(4 * jet, 4 * jet + 4), pits.subarray(4 * jet, 4 * jet + 4));
    for (let s = 0; s < samples; s++) {
      for (let k = 0; k < 4; k++) tau[k] = generator.uniform();
      const at = 4 * (jet * samples + s);
      model.sample(x, tau, sampled.subarray(at, at + 4));
    }
  }
  return {
    jets,
    features: jetFeatures(jets),
    targets: targetsOf(truth, jets),
    pits,
    sampledTargets: targetsOf(sampled, jets),
  };
}
