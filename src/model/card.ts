/** model.json: everything about a bundle that is not a weight. */
import type { Variable } from '../jets/columns.js';
import type { NetworkSpec } from './network-spec.js';
import type { Task } from './tasks.js';
import type { Harmonic, InputTransform, TargetTransform } from './transforms.js';

export const BUNDLE_FORMAT = 'jet-iqn-bundle/1';

/** The graphs of a bundle; what goes in and comes out stands in graph-contract.ts. */
export const GRAPH_FILES = ['sampler.onnx', 'conditional.onnx', 'block.onnx'] as const;
export type GraphFile = (typeof GRAPH_FILES)[number];

export interface ModelCard {
  readonly format: typeof BUNDLE_FORMAT;
  readonly name: string;
  readonly task: Task;
  /** What it is, what for, what not for; says that the jets are generated where they are. */
  readonly description: string;
  readonly intendedUse: string;
  readonly notFor: string;
  readonly licence: string;
  readonly network: NetworkSpec;
  readonly parameters: number;
  readonly multiplicationsPerPrediction: number;
  /** In the order of the graph's input columns: the four variables, then extras. */
  readonly inputs: readonly InputTransform[];
  /** What the network reads after them, computed from them inside the graphs; absent: nothing. */
  readonly harmonics?: readonly Harmonic[] | undefined;
  /** In the order of the steps. */
  readonly targets: readonly TargetTransform[];
  readonly training: TrainingRecord;
  /** Figures, each with the command that made it. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Smallest and largest value of each input column in the training split. */
  readonly range: Readonly<Record<Variable | (string & {}), readonly [number, number]>>;
  /** Largest differences between the graphs in ONNX Runtime and the trained network, see export/parity.ts. */
  readonly parity: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly files: Readonly<Partial<Record<GraphFile, { readonly sha256: string; readonly bytes: number }>>>;
}

export interface TrainingRecord {
  readonly command: string;
  readonly backend: string;
  readonly data: {
    readonly name: string;
    readonly sha256: string;
    readonly rows: number;
    readonly description: string;
  };
  readonly split: {
    readonly seed: number;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  readonly options: Readonly<Record<string, unknown>>;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
}
