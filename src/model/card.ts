/** model.json: everything about a bundle that is not a weight. */
import type { Variable } from '../jets/columns.js';
import type { GenSpectrum } from './gen-spectrum.js';
import type { NetworkSpec } from './network-spec.js';
import type { Task } from './tasks.js';
import type { Harmonic, InputTransform, TargetTransform } from './transforms.js';

/** What `export` writes. */
export const BUNDLE_FORMAT = 'jet-iqn-bundle/2';
/** What is read. In the first, `step` of conditional.onnx is int64, and there is no quantiles.onnx. */
export const BUNDLE_FORMATS = ['jet-iqn-bundle/1', BUNDLE_FORMAT] as const;

/** The graphs of a bundle; what goes in and comes out stands in graph-contract.ts. */
export const GRAPH_FILES = ['sampler.onnx', 'conditional.onnx', 'block.onnx', 'quantiles.onnx'] as const;
/** The name of a graph's file. */
export type GraphFile = (typeof GRAPH_FILES)[number];

/** Everything about a bundle that is not a weight: model.json. */
export interface ModelCard {
  /** Which kind of card. */
  readonly format: (typeof BUNDLE_FORMATS)[number];
  /** The bundle's name: letters, digits, dots, dashes, underscores. */
  readonly name: string;
  /** What is predicted from what. */
  readonly task: Task;
  /** What it is, what for, what not for; says that the jets are generated where they are. */
  readonly description: string;
  /** What the model is for. */
  readonly intendedUse: string;
  /** What it must not be used for. */
  readonly notFor: string;
  /** Of weights and card, as an SPDX name. */
  readonly licence: string;
  /** The network, enough to rebuild it from its weights. */
  readonly network: NetworkSpec;
  /** Trained numbers. */
  readonly parameters: number;
  /** Of one sampled jet, four steps; what depends only on the jet is not counted. */
  readonly multiplicationsPerPrediction: number;
  /** In the order of the graph's input columns: the four variables, then extras. */
  readonly inputs: readonly InputTransform[];
  /** What the network reads after them, computed from them inside the graphs; absent: nothing. */
  readonly harmonics?: readonly Harmonic[] | undefined;
  /** In the order of the steps. */
  readonly targets: readonly TargetTransform[];
  /** What quantiles.onnx gives; bundles of the first format have none. */
  readonly quantiles?: QuantileRecord | undefined;
  /** How it was trained, and on what. */
  readonly training: TrainingRecord;
  /** Figures, each with the command that made it. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Smallest and largest value of each input column in the training split. */
  readonly range: Readonly<Record<Variable | (string & {}), readonly [number, number]>>;
  /** Median of each input beside the four variables in the training split: what is taken where jets have none. */
  readonly medians?: Readonly<Record<string, number>> | undefined;
  /** Of the gen jets of the training split, where they are the targets: the prior that `predict --prior` replaces. */
  readonly spectrum?: GenSpectrum | undefined;
  /** The same of what is predicted; cards made before have none. */
  readonly targetRange?: Readonly<Record<Variable, readonly [number, number]>> | undefined;
  /** Largest differences between the graphs in ONNX Runtime and the trained network, see export/parity.ts. */
  readonly parity: Readonly<Record<string, unknown>>;
  /** Software that trained and exported it. */
  readonly versions: Readonly<Record<string, string>>;
  /** The graphs, so that a changed one is noticed. */
  readonly files: Readonly<Partial<Record<GraphFile, FileRecord>>>;
}

/** What quantiles.onnx gives: column variable · L + level of its output, L levels of pt, then of eta, phi, mass. */
export interface QuantileRecord {
  /** In (0, 1), in the order of the output. */
  readonly levels: readonly number[];
  /** Which distribution they are quantiles of, and how it is computed. */
  readonly meaning: string;
}

/** A file as it should be. */
export interface FileRecord {
  /** Hexadecimal. */
  readonly sha256: string;
  /** Its length. */
  readonly bytes: number;
}

/** How a model was trained: enough to do it again. */
export interface TrainingRecord {
  /** The command, with the options that differ from the defaults. */
  readonly command: string;
  /** Which TensorFlow.js computed. */
  readonly backend: string;
  /** The jets. */
  readonly data: {
    /** The file's name. */
    readonly name: string;
    /** Of the file, hexadecimal. */
    readonly sha256: string;
    /** Jets in the file. */
    readonly rows: number;
    /** What they are, and whether they are generated. */
    readonly description: string;
  };
  /** Which jets were used for what: see {@link splitPart}. */
  readonly split: {
    /** Seed of the split. */
    readonly seed: number;
    /** Whether all jets of an event are of one part; absent: each jet was parted by its row. */
    readonly by?: 'event' | undefined;
    /** Jets trained on. */
    readonly train: number;
    /** Jets that decided which epoch was kept. */
    readonly validation: number;
    /** Jets that training never saw. */
    readonly test: number;
  };
  /** Every option of training. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Passes over the training jets. */
  readonly epochs: number;
  /** Updates of the weights. */
  readonly steps: number;
  /** Wall time. */
  readonly seconds: number;
}

/** The key under which every graph carries the card in its metadata_props. */
export const CARD_KEY = 'card';

/**
 * The copy in a graph leaves out what is only known after the graph is written: `files` (its own hash), `parity`
 * (measured on it) and `metrics` (of later studies); and the spectrum and range of the targets. So these can be added to a
 * card without touching a graph.
 */
export type EmbeddedCard = Omit<ModelCard, 'files' | 'metrics' | 'parity' | 'spectrum' | 'targetRange'>;

/** model.json: indented for people, numbers of a list beside each other, a newline at the end. */
export function cardText(card: ModelCard): string {
  // A bracket with a new line after it opens a list: texts have no new lines.
  const text = JSON.stringify(card, null, 2).replace(
    /\[\n([\d\s.,eE+-]+)\]/g,
    (_, numbers: string) => `[${numbers.trim().replace(/\s+/g, ' ')}]`,
  );
  return `${text}\n`;
}

/** The graphs' copy: one line, keys sorted, so that equal cards are equal texts. */
export function embeddedCardText({
  files,
  metrics,
  parity,
  spectrum,
  targetRange,
  ...rest
}: EmbeddedCard & Partial<ModelCard>): string {
  return JSON.stringify(sortedKeys(rest));
}

/** Plain data with the fields of every object in the order of their names: equal data become equal texts. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortedKeys(part)]),
  );
}

/** Of lists in lists. */
const MOST_LEVELS = 32;
export const TOO_DEEP = `nested deeper than ${MOST_LEVELS} levels`;

/**
 * Whether what JSON.parse made, which takes any depth, may be given to {@link sortedKeys}, JSON.stringify and others that
 * would run out of stack.
 */
export function isShallow(value: unknown): boolean {
  let here = [value];
  for (let level = 0; level <= MOST_LEVELS && here.length > 0; level++)
    here = here.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  return here.length === 0;
}
