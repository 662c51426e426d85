/** The networks that every property is tested on: each kind, each way in for tau. A new network is one line here. */

import type { NetworkSpec } from '../../../src/model/network-spec.js';
import { philox4x32, STREAM } from '../../../src/stats/philox.js';
import { tauOf } from '../../../src/stats/tau.js';
import { type Batch, createBatch } from '../../../training/batch.js';
import { takesWholeJets } from '../../../training/networks/create.js';
import { initialParameters } from '../../../training/parameters.js';

const paper = { kind: 'paper', inputs: 4, width: 7, depth: 3, slope: 0.3 } as const;
const amortised = { kind: 'amortised', inputs: 4, trunk: [9, 8], head: [6, 5], slope: 0.3 } as const;

export const EVERY_NETWORK: Readonly<Record<string, NetworkSpec>> = {
  'paper, affine': { ...paper, tauInput: 'affine' },
  'paper, logit': { ...paper, tauInput: 'logit' },
  'paper, both, an extra input': { ...paper, inputs: 5, tauInput: 'both' },
  'amortised, affine': { ...amortised, tauInput: 'affine', centreAndWidth: false },
  'amortised, logit': { ...amortised, tauInput: 'logit', centreAndWidth: false },
  'amortised, logit, centre and width': { ...amortised, tauInput: 'logit', centreAndWidth: true },
  'amortised, both, centre and width, an extra input': {
    ...amortised,
    inputs: 5,
    tauInput: 'both',
    centreAndWidth: true,
  },
};

/** Numbers in (-1, 1), the same in every run. */
export function numbers(count: number, place: number): Float32Array {
  const words = new Uint32Array(4);
  return Float32Array.from({ length: count }, (_, i) => {
    philox4x32(words, i, place, 0, STREAM.tests, 1, 0);
    return 2 * tauOf(words[0]!) - 1;
  });
}

/** Initial weights, moved so that centre and width are not at 0 and 1. */
export function someParameters(spec: NetworkSpec): Float32Array {
  const nudges = numbers(initialParameters(spec, 1).length, 1);
  return initialParameters(spec, 1).map((value, i) => value + 0.1 * nudges[i]!);
}

/** A batch with all steps, weights and tau in both tails. */
export function someBatch(spec: NetworkSpec, rows: number): Batch {
  const whole = takesWholeJets(spec);
  const batch = createBatch(rows, spec.inputs, whole, true);
  batch.inputs.set(numbers(batch.inputs.length, 2));
  batch.targets.set(numbers(batch.targets.length, 3));
  batch.tau.set(numbers(rows, 4).map((value) => 0.5 + 0.499 * value));
  batch.weights!.set(numbers(rows, 5).map((value) => 1 + 0.5 * value));
  if (!whole) for (let row = 0; row < rows; row++) batch.steps[row] = row % 4;
  return batch;
}
