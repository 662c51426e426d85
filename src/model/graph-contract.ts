/**
 * What goes into the graphs of a bundle and what comes out: names, types and shapes, as the exporter writes them and
 * the loader demands them. F is the number of input columns of the card.
 */

import { BUNDLE_FORMATS, type GraphFile, type ModelCard } from './card.js';
import { KNOWN_COUNT, STEP_COUNT } from './steps.js';

/**
 * Jets in one run of block.onnx. Fixed, since it is the number of groups of a convolution; measured on an Xeon with
 * AVX-512: 4 and 8 alike within the noise, 16 slower by a tenth. A multiple of 4 so that every tensor that a logarithm
 * or an exponential runs over is one of 16 numbers: see engines/ort.ts.
 */
export const BLOCK_JETS = 4;

/**
 * Most rows (N), samples (S) and jets of quantiles.onnx (J) in one run: two layers of 64 units for BLOCK_JETS jets then
 * fill 2 MiB, a core's cache.
 */
export const LARGEST_RUN = { N: 4096, S: 1024, J: 64 } as const;

/** A size: a number, F for the card's input columns, Q for its quantiles, or a name for one that the caller chooses. */
export type ContractDimension = number | 'F' | 'Q' | 'N' | 'S' | 'J';
export interface ContractTensor {
  readonly type: 'float' | 'int64';
  readonly shape: readonly ContractDimension[];
}
export interface GraphContract {
  readonly inputs: Readonly<Record<string, ContractTensor>>;
  readonly outputs: Readonly<Record<string, ContractTensor>>;
}

const float = (...shape: ContractDimension[]): ContractTensor => ({ type: 'float', shape });
const int64 = (...shape: ContractDimension[]): ContractTensor => ({ type: 'int64', shape });

const GRAPH_CONTRACTS: Readonly<Record<GraphFile, GraphContract>> = {
  /** One prediction for each jet. All in physical units, phi in (-pi, pi], tau in (0, 1). */
  'sampler.onnx': {
    inputs: { jets: float('N', 'F'), tau: float('N', STEP_COUNT) },
    outputs: { predictions: float('N', STEP_COUNT) },
  },
  /**
   * One step of each row. step: 0 pt, 1 eta, 2 phi, 3 mass. known: the values of pt, eta and phi already predicted,
   * physical; those of this step and after it are not read. value: the tau-quantile; phi is not wrapped and mass not
   * held at zero, so that value increases with tau. slope: d value / d tau, exact.
   */
  'conditional.onnx': {
    inputs: { jets: float('N', 'F'), known: float('N', KNOWN_COUNT), step: float('N'), tau: float('N') },
    outputs: { value: float('N'), slope: float('N') },
  },
  /** S predictions for each of a few jets, see {@link BLOCK_JETS}. */
  'block.onnx': {
    inputs: { jets: float(BLOCK_JETS, 'F'), tau: float(BLOCK_JETS, STEP_COUNT, 'S') },
    outputs: { predictions: float(BLOCK_JETS, STEP_COUNT, 'S') },
  },
  /** Quantiles at the levels of the card, of pt, then of eta, phi and mass: see export/quantiles-graph.ts. */
  'quantiles.onnx': {
    inputs: { jets: float('J', 'F') },
    outputs: { quantiles: float('J', 'Q') },
  },
};

/** What a graph of a bundle of this format takes and gives: `step` was int64 in the first. */
export function contractOf(file: GraphFile, { format }: Pick<ModelCard, 'format'>): GraphContract {
  const { inputs, outputs } = GRAPH_CONTRACTS[file];
  const { step } = inputs;
  return { inputs: step && format === BUNDLE_FORMATS[0] ? { ...inputs, step: int64('N') } : inputs, outputs };
}
