/** Training runs with random weights on disk, as training leaves them: for tests of what comes after training. */
import { basename } from 'node:path';
import type { Task } from '../src/model/tasks.js';
import { writeCheckpoint } from '../training/checkpoint.js';
import { trainingOptions } from '../training/options.js';
import { flatWeights } from '../training/parameters.js';
import { RUN_FORMAT, type RunConfig, writeConfig } from '../training/run-config.js';
import { type TinyOptions, tinyNetwork } from './tiny-bundle.js';

export type TinyRunOptions = TinyOptions & {
  readonly task?: Task;
  readonly data?: Partial<RunConfig['data']>;
};

/** Writes a run: its best checkpoint has the weights of the seed given, its last those of the seed after it. */
export async function makeTinyRun(folder: string, options: TinyRunOptions = {}): Promise<void> {
  const { task = 'simulation', data, ...tiny } = options;
  const { network, inputs, targets, weights } = tinyNetwork(tiny);
  await writeConfig(folder, {
    format: RUN_FORMAT,
    name: basename(folder),
    task,
    network,
    inputs,
    targets,
    range: { pt: [10, 5000], eta: [-4.7, 4.7], phi: [-Math.PI, Math.PI], mass: [0, 500] },
    options: trainingOptions({ task }),
    data: { name: 'jets.parquet', sha256: 'a'.repeat(64), rows: 1000, description: '', ...data },
    split: { seed: 1, train: 700, validation: 100, test: 200 },
    command: 'jet-iqn train jets.parquet',
    backend: 'plain',
    versions: { node: process.version },
  });
  const state = {
    epoch: 2,
    step: 10,
    seconds: 3,
    validation: null,
    crossings: null,
    best: null,
    finished: true,
  };
  const later = tinyNetwork({ ...tiny, seed: (tiny.seed ?? 1) + 1 }).weights;
  await writeCheckpoint(folder, 'best', flatWeights(network, weights), state);
  await writeCheckpoint(folder, 'last', flatWeights(network, later), state);
}
