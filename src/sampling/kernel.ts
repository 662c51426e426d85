/**
 * What is done with numbers around the engine: tau before it, ranks, medians and spectra after it.
 *
 * There are two kinds with the same results to the last bit: kernel-plain.ts says what is meant, kernel-wasm.ts does
 * it in WebAssembly SIMD.
 */
import type { BlockTotals, Edges } from './block-totals.js';

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

export interface Kernel {
  readonly name: 'wasm' | 'plain';
  /** [G, 4, S]: what fillTau writes. */
  readonly tau: Float32Array;
  /** [G, 4, S]: where the engine writes, physical units. */
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
