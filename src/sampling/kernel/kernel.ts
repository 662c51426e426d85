/**
 * What is done with numbers around the engine: tau before it, ranks, medians and spectra after it.
 *
 * There are three kinds with the same results to the last bit: plain.ts says what is meant, wasm.ts does it in
 * WebAssembly SIMD, native.ts in the addon of the native engine.
 */
import type { BlockTotals, Edges } from '../block-totals.js';

export interface KernelShape {
  /** Samples a jet, S. */
  readonly samples: number;
  /** Jets of a group at most, G. */
  readonly jetsPerGroup: number;
  /** Jets of a block at most. */
  readonly jetsPerBlock: number;
  readonly seed: number;
  /** Edges of the spectra; without them the kernel only draws tau. */
  readonly edges?: Edges;
}

/** Floats in the widest vectors that there are. */
const VECTOR = 16;
/** Samples from which on the engine is given whole vectors, and up to which it takes a row at once. */
const LEAST_FILLED = 64;
const MOST_FILLED = 1024;

/**
 * How long a row of S samples is made, so that the engine, which takes whole vectors of samples, need not copy it to
 * fill it up: the next multiple of 16, where that costs little.
 */
export function rowStride(samples: number): number {
  return samples >= LEAST_FILLED && samples <= MOST_FILLED ? Math.ceil(samples / VECTOR) * VECTOR : samples;
}

export interface Kernel {
  readonly name: 'native' | 'wasm' | 'plain';
  /** Length of a row of tau and predictions: see {@link rowStride}. */
  readonly stride: number;
  /** [G, 4, stride]: what fillTau writes; beyond S it is 0.5. */
  readonly tau: Float32Array;
  /** [G, 4, stride]: where the engine writes, physical units; beyond S it counts for nothing. */
  readonly predictions: Float32Array;
  /** Draws the tau of the jets `firstJet` … `firstJet + jetCount - 1` of the input table. */
  fillTau(firstJet: number, jetCount: number): void;
}

export interface StudyKernel extends Kernel {
  /** Forgets the block before. */
  begin(): void;
  /**
   * Takes the predictions of the next `jetCount` jets of the block.
   *
   * @param origins [jetCount]: phi of the input jets [rad].
   * @param gen [jetCount, 4]: true values, NaN where unknown.
   * @returns false where a prediction is NaN.
   */
  add(origins: Float32Array, gen: Float32Array, jetCount: number): boolean;
  /** The block's totals: views that the next begin() overwrites. */
  end(): BlockTotals;
}
