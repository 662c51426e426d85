/** What a new run stores about itself before its first step. */
import type { JetsTable } from '../src/jets/table.js';
import { version } from '../src/version.js';
import type { Backend } from './backend.js';
import { RUN_FORMAT, type RunConfig } from './checkpoint.js';
import type { Dataset } from './dataset.js';
import { networkSpec, type TrainingOptions } from './options.js';

export interface RunFacts {
  readonly name: string;
  readonly options: TrainingOptions;
  readonly table: JetsTable;
  readonly dataset: Dataset;
  readonly backend: Backend;
  /** What the jets are, for the card. */
  readonly description: string;
  /** The command line, free of paths of this machine. */
  readonly command: string;
}

export function newRunConfig(facts: RunFacts): RunConfig {
  const { name, options, table, dataset, backend, description, command } = facts;
  const { inputs, harmonics, targets, range, split } = dataset;
  return {
    format: RUN_FORMAT,
    name,
    task: options.task,
    network: networkSpec(options),
    inputs,
    ...(harmonics.length === 0 ? {} : { harmonics }),
    targets,
    range,
    options,
    data: {
      name: table.source.name.split(/[\\/]/).at(-1)!,
      sha256: table.source.sha256,
      rows: table.rows,
      description,
    },
    split,
    command,
    backend: backend.name,
    versions: { 'jet-iqn': version, node: process.version, ...backend.versions },
  };
}
