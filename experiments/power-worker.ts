/** A thread of the power study: repetitions by their seeds. */
import { loadBundle } from '../src/load-bundle.js';
import type { OpenBundle } from '../src/sampling/open-bundle.js';
import { MODELS } from './faults.js';
import { networkRepetition, type PValues, repetition } from './power-repetition.js';

export interface PowerTask {
  readonly jets: number;
  readonly samples: number;
  readonly seed: number;
  /** Folder of a bundle, instead of exact quantiles. */
  readonly bundle?: string | undefined;
}

let opened: Promise<OpenBundle> | undefined;

export default async function runTask(task: PowerTask): Promise<Record<string, PValues>> {
  const { jets, samples, seed, bundle } = task;
  if (bundle === undefined) return repetition(MODELS, jets, samples, seed);
  opened ??= loadBundle(bundle);
  return networkRepetition(await opened, MODELS, jets, samples, seed);
}
