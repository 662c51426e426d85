/** A thread of the power study: repetitions by their seeds. */
import { MODELS } from './faults.js';
import { type PValues, repetition } from './power-repetition.js';

export interface PowerTask {
  readonly jets: number;
  readonly samples: number;
  readonly seed: number;
  /** Whether to train the network as well. */
  readonly network: boolean;
}

export default function runTask({ jets, samples, seed, network }: PowerTask): Record<string, PValues> {
  return repetition(MODELS, jets, samples, seed, network);
}
