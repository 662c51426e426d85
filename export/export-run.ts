/**
 * A training run → a bundle: the best checkpoint as graphs, compared with the network, described by a card. A bundle →
 * the same from its own weights and card, in today's format.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ortPackage from 'onnxruntime-node/package.json' with { type: 'json' };
import { bundleNetwork } from '../src/engines/network-numbers.js';
import { UsageError } from '../src/errors.js';
import { type Bundle, CARD_FILE } from '../src/model/bundle.js';
import { readBundle } from '../src/model/bundle-node.js';
import type { ModelCard, TrainingRecord } from '../src/model/card.js';
import { NAME_PATTERN } from '../src/model/card-schema.js';
import { STAGES_OF_TASK } from '../src/model/tasks.js';
import { version } from '../src/version.js';
import { type CheckpointName, type RunState, readCheckpoint } from '../training/checkpoint.js';
import { loadNetwork } from '../training/networks/load.js';
import type { RunConfig } from '../training/run-config.js';
import { type CardFacts, makeBundle } from './make-bundle.js';
import { measureParity } from './parity.js';
import type { TrainedNetwork } from './trained-network.js';
import { checkReplaceable, writeBundle } from './write-bundle.js';

export interface ExportOptions {
  /** The bundle's name; default: the run's. */
  readonly name?: string;
  /** Default best. */
  readonly checkpoint?: CheckpointName;
  /** Told of each stage before it starts. */
  readonly onStage?: (stage: string) => void;
}

/** What is exported: a network and what its card says. */
export interface Source {
  readonly trained: TrainedNetwork;
  readonly facts: CardFacts;
  readonly metrics: ModelCard['metrics'];
}

/**
 * Exports a run into a folder. Nothing is written before the graphs have passed the comparison with the network.
 *
 * @param run folder of the training run, or of a bundle. @param folder of the bundle; one that is there is replaced.
 * @throws InputError, UsageError, RunError, BundleError
 */
export async function exportRun(run: string, folder: string, options: ExportOptions = {}): Promise<Bundle> {
  const { onStage = () => {} } = options;
  const { trained, facts, metrics } = await readSource(run, options);
  await checkReplaceable(folder);
  onStage('building the graphs');
  const bundle = await makeBundle(trained, facts);
  onStage('comparing them with the network');
  const network = await loadNetwork(trained.network, trained.weights);
  const parity = await measureParity(bundle, trained, network);
  const card: ModelCard = {
    ...bundle.card,
    metrics,
    parity: {
      ...parity,
      reference: network.backend.name,
      versions: { ...network.backend.versions, 'onnxruntime-node': ortPackage.version },
    },
  };
  onStage('writing the bundle');
  await writeBundle(folder, { ...bundle, card });
  return { ...bundle, source: folder, card };
}

/** A training run's network and card, or a bundle's. @throws InputError, UsageError, BundleError */
export async function readSource(run: string, options: ExportOptions = {}): Promise<Source> {
  const source = await (existsSync(join(run, CARD_FILE)) ? bundleSource : runSource)(run, options);
  const { name } = source.facts;
  if (!NAME_PATTERN.test(name)) {
    throw new UsageError(
      `${name} cannot be a bundle’s name: use only letters, digits, dots and dashes; give --name`,
    );
  }
  return source;
}

async function runSource(run: string, options: ExportOptions): Promise<Source> {
  options.onStage?.('reading the checkpoint');
  const { config, weights, state } = await readCheckpoint(run, options.checkpoint ?? 'best');
  const { network, inputs, harmonics, targets } = config;
  return {
    trained: { network, weights, inputs, harmonics, targets },
    facts: cardFacts(options.name ?? config.name, config, state),
    metrics: { ...(state.validation && { validation: state.validation }) },
  };
}

async function bundleSource(folder: string, options: ExportOptions): Promise<Source> {
  if (options.checkpoint)
    throw new UsageError(`${folder} is a bundle, which has no checkpoints; leave --checkpoint out`);
  options.onStage?.('reading the bundle');
  const bundle = await readBundle(folder);
  const { format, network, parameters, multiplicationsPerPrediction, inputs, harmonics, targets, ...rest } =
    bundle.card;
  const { quantiles, metrics, parity, files, ...facts } = rest;
  const versions = { ...facts.versions, 'jet-iqn': version };
  return {
    trained: bundleNetwork(bundle),
    facts: { ...facts, name: options.name ?? facts.name, versions },
    metrics,
  };
}

function cardFacts(name: string, config: RunConfig, state: RunState): CardFacts {
  const { input, target } = STAGES_OF_TASK[config.task];
  const data = describedData(config.data.description);
  return {
    name,
    task: config.task,
    description:
      `An implicit quantile network that samples the conditional density of the ${target} jet given the ${input} jet: ` +
      `pt, eta, phi and mass one after the other. Method: Kronheim, Kuchera, Prosper, Ramanujan, Implicit Quantile ` +
      `Neural Networks for Jet Simulation and Correction. Trained on: ${data.description}`,
    intendedUse:
      config.task === 'simulation'
        ? 'Simulating what a detector like that of the training jets makes of a particle-level jet.'
        : 'Sampling the particle-level jets that may have given an observed one, in a detector like that of the training jets.',
    notFor: notForText(data.generated),
    licence: 'MIT',
    training: trainingRecord(config, state, data.description),
    range: config.range as ModelCard['range'],
    ...(config.medians && { medians: config.medians }),
    ...(config.targetRange && { targetRange: config.targetRange }),
    ...(config.spectrum && { spectrum: config.spectrum }),
    versions: { 'jet-iqn': version, ...config.versions },
  };
}

function trainingRecord(config: RunConfig, state: RunState, description: string): TrainingRecord {
  const { command, backend, data, split, options } = config;
  return {
    command,
    backend,
    data: { ...data, description },
    split,
    options: { ...options },
    epochs: state.epoch,
    steps: state.step,
    seconds: state.seconds,
  };
}

/** The description that the run has; failing that, that there is none. */
export function describedData(description: string): {
  readonly description: string;
  /** Whether the jets are said to be generated. */
  readonly generated: boolean;
} {
  const words = description.trim() || 'jets that nobody described.';
  return { description: words, generated: /\bgenerated\b/i.test(words) };
}

export function notForText(generated: boolean): string {
  const limits =
    'Jets of another detector, another selection or outside the ranges below; quantities that depend on several jets ' +
    'of one event, since jets are sampled one by one.';
  return generated
    ? `Physics results of any experiment: the jets it was trained on are generated, and the detector is an emulation, not CMS. ${limits}`
    : limits;
}
