/** config.json: what is trained, on what, with which options; written once, before a run's first step. */

import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { InputError } from '../src/errors.js';
import type { JetsTable } from '../src/jets/table.js';
import type { ModelCard, TrainingRecord } from '../src/model/card.js';
import {
  harmonicsSchema,
  inputSchema,
  mediansSchema,
  networkSchema,
  spectrumSchema,
  targetRangeSchema,
  targetSchema,
} from '../src/model/card-schema.js';
import type { GenSpectrum } from '../src/model/gen-spectrum.js';
import type { NetworkSpec } from '../src/model/network-spec.js';
import { TASKS, type Task } from '../src/model/tasks.js';
import {
  type Harmonic,
  type InputTransform,
  networkInputCount,
  type TargetTransform,
} from '../src/model/transforms.js';
import { version } from '../src/version.js';
import type { Backend } from './backend.js';
import type { Dataset } from './dataset.js';
import { networkSpec, type TrainingOptions } from './options.js';
import { count, faultOf, finite, jsonText, readJson, writeFlushed } from './run-file.js';

export const RUN_FORMAT = 'jet-iqn-run/1';

/** What config.json holds. */
export interface RunConfig {
  readonly format: typeof RUN_FORMAT;
  readonly name: string;
  readonly task: Task;
  readonly network: NetworkSpec;
  /** In the order of the network's inputs. */
  readonly inputs: readonly InputTransform[];
  /** What the network reads after the columns; absent: nothing. */
  readonly harmonics?: readonly Harmonic[] | undefined;
  /** In the order of the steps. */
  readonly targets: readonly TargetTransform[];
  /** Smallest and largest value of each input column among the training jets, physical units. */
  readonly range: Readonly<Record<string, readonly [number, number]>>;
  /** Of each input beside the four variables, among the training jets; absent where there are none. */
  readonly medians?: ModelCard['medians'];
  /** Of the gen jets that are trained on, where they are the targets. */
  readonly spectrum?: GenSpectrum | undefined;
  /** The same of what is predicted; runs made before have none. */
  readonly targetRange?: ModelCard['targetRange'];
  readonly options: TrainingOptions;
  readonly data: TrainingRecord['data'];
  readonly split: TrainingRecord['split'];
  /** The command line, as typed. */
  readonly command: string;
  /** Name of the backend that computed. */
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
}

const SCHEMA = v.pipe(
  v.looseObject({
    name: v.string(),
    task: v.picklist(TASKS),
    network: networkSchema,
    inputs: v.array(inputSchema),
    harmonics: harmonicsSchema,
    targets: v.pipe(v.array(targetSchema), v.length(4)),
    range: v.record(v.string(), v.tuple([finite, finite])),
    medians: v.exactOptional(mediansSchema),
    targetRange: v.exactOptional(targetRangeSchema),
    spectrum: v.exactOptional(spectrumSchema),
    options: v.looseObject({}),
    data: v.looseObject({ name: v.string(), sha256: v.string(), rows: count, description: v.string() }),
    split: v.looseObject({
      seed: count,
      by: v.exactOptional(v.literal('event')),
      train: count,
      validation: count,
      test: count,
    }),
    command: v.string(),
    backend: v.string(),
    versions: v.record(v.string(), v.string()),
  }),
  v.check(
    (config) => networkInputCount(config) === config.network.inputs,
    'inputs: their number is not that of the network',
  ),
);

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
  const { inputs, harmonics, targets, range, medians, targetRange, spectrum, split } = dataset;
  return {
    format: RUN_FORMAT,
    name,
    task: options.task,
    network: networkSpec(options),
    inputs,
    ...(harmonics.length === 0 ? {} : { harmonics }),
    targets,
    range,
    ...(medians && { medians }),
    targetRange,
    ...(spectrum && { spectrum }),
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

/** Writes config.json of a new run, making its folder. */
export async function writeConfig(folder: string, config: RunConfig): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, 'config.json.writing');
  await writeFlushed(temporary, jsonText(config));
  await rename(temporary, join(folder, 'config.json'));
}

/** config.json of a run. @throws InputError where it is not there or is none of ours. */
export async function readConfig(folder: string): Promise<RunConfig> {
  const file = join(folder, 'config.json');
  const config = await readJson<RunConfig>(file, 'a training run has one');
  if (config?.format !== RUN_FORMAT)
    throw new InputError(
      file,
      `is not a training run of this version (format ${config?.format}, not ${RUN_FORMAT})`,
    );
  const fault = faultOf(SCHEMA, config);
  if (fault !== undefined) throw new InputError(file, `describes no training run: ${fault}`);
  return config;
}
