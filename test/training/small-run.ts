/** A training run on few jets of the reference detector: what tests of the loop, of stopping and of resuming share. */

import { commandLine } from '../../src/cli/train-options.js';
import type { JetsTable } from '../../src/jets/table.js';
import { type Backend, loadBackend } from '../../training/backend.js';
import { createDataset, type Dataset } from '../../training/dataset.js';
import { type TrainingOptions, trainingOptions } from '../../training/options.js';
import { newRunConfig } from '../../training/run-config.js';
import { type TrainingResult, type TrainingRun, train } from '../../training/train.js';
import { makeReferenceJets } from '../reference-detector.js';

export interface SmallRun {
  readonly jets?: number;
  readonly options?: Partial<TrainingOptions>;
  readonly backend?: Backend;
  /** In place of the reference detector's jets. */
  readonly table?: JetsTable;
}

/** Small enough for a second of plain JavaScript. */
const SMALL = { epochs: 2, refine: 0, batch: 128, trunk: [8], head: [6, 5], validationJets: 100 } as const;

/** Everything `train` takes but where and how to stop. */
export async function smallRun(
  folder: string,
  { jets = 400, options: given, backend, table = makeReferenceJets(jets, 3) }: SmallRun = {},
): Promise<TrainingRun & { dataset: Dataset }> {
  const { trunk, head, ...every } = SMALL;
  const shape = given?.network === 'paper' ? { width: 8, depth: 2 } : { trunk, head };
  const options = trainingOptions({ task: 'simulation', ...every, ...shape, ...given });
  const computing = backend ?? (await loadBackend('plain'));
  const dataset = createDataset(table, options);
  const command = commandLine(['train']);
  const facts = { name: 'small', options, table, dataset, backend: computing, description: '', command };
  return { folder, config: newRunConfig(facts), dataset, backend: computing, resume: false };
}

export async function trainSmall(folder: string, run: SmallRun = {}): Promise<TrainingResult> {
  return train(await smallRun(folder, run));
}
