/** The card of a bundle that does not exist: the reference detector's. */
import { BUNDLE_FORMAT, type ModelCard } from '../../src/model/card.js';
import type { Task } from '../../src/model/tasks.js';
import type { StudyRun } from '../../src/studies/summarise.js';

export function referenceCard(task: Task): ModelCard {
  return {
    format: BUNDLE_FORMAT,
    name: 'reference',
    task,
    description: 'Exact quantiles of a reference detector. Trained on nothing; generated jets, not CMS data.',
    intendedUse: 'tests',
    notFor: 'physics',
    licence: 'MIT',
    network: { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'affine' },
    parameters: 10_901,
    multiplicationsPerPrediction: 42_600,
    inputs: [],
    targets: [],
    training: {
      command: '',
      backend: '',
      data: { name: 'none', sha256: '', rows: 0, description: 'Generated jets, not CMS data.' },
      split: { seed: 1, train: 0, validation: 0, test: 0 },
      options: {},
      epochs: 0,
      steps: 0,
      seconds: 0,
    },
    metrics: {},
    range: { pt: [20, 2000], eta: [-3, 3], phi: [-Math.PI, Math.PI], mass: [5, 1000] },
    parity: {},
    versions: {},
    files: {},
  };
}

export const REFERENCE_RUN: StudyRun = {
  seed: 1,
  engine: 'reference',
  bundle: { name: 'reference', sha256: '0'.repeat(64) },
  throughput: { predictionsPerSecond: 1, seconds: 1, threads: 1 },
  versions: { 'jet-iqn': '0.0.0' },
};
