/** What training asks of a network: quantiles and slopes, and the way back from their gradients to the weights'. */
import type { NetworkSpec } from '../../src/model/network-spec.js';
import type { Batch } from '../batch.js';

/** One value a row of the batch. The network's own arrays: read them before the next call. */
export interface Outputs {
  /** Standardised targets. */
  readonly quantile: Float32Array;
  /** ∂quantile / ∂coordinate, the coordinate of tau.ts. */
  readonly slope: Float32Array;
}

/** Quantiles of the same jets at several tau, what depends only on the jet computed once, and one way back for all. */
export interface ManyTau {
  /** The part of the batch's jets; passes at given tau follow. */
  begin(parameters: Float32Array, batch: Batch): void;
  /**
   * @param tau [rows] in (0, 1), float64: near 1, float32 holds too few of them apart.
   * @param keep whether {@link backward} goes through this pass.
   * @returns [rows] quantiles; no slopes, which cost as much again.
   */
  quantiles(batch: Batch, tau: Float64Array, keep: boolean): Float32Array;
  /** @param gradients [rows] by the quantiles of each kept pass, in their order. @param gradient [parameters], written to. */
  backward(gradients: readonly Float32Array[], gradient: Float32Array): void;
}

export interface Network {
  readonly spec: NetworkSpec;
  /** Quantile and slope of every row. What it holds for {@link backward} is freed there, or by {@link release}. */
  forward(parameters: Float32Array, batch: Batch): Outputs;
  /**
   * The loss's gradient by the parameters, after {@link forward} of the same parameters and batch.
   *
   * @param quantileGradient, slopeGradient [rows] the loss's derivatives by the outputs.
   * @param gradient [parameters], written to.
   */
  backward(quantileGradient: Float32Array, slopeGradient: Float32Array, gradient: Float32Array): void;
  /**
   * Quantile and slope of all four steps of each jet at several tau, what depends only on the jet computed once.
   *
   * @param inputs [jets, inputs] standardised. @param targets [jets, 4] standardised.
   * @param visit called once for each tau, in order, with outputs [jets, 4].
   */
  quantiles(
    parameters: Float32Array,
    inputs: Float32Array,
    targets: Float32Array,
    tau: readonly number[],
    visit: (tau: number, outputs: Outputs) => void,
  ): void;
  /** Absent where every tau costs the whole network. */
  readonly manyTau?: ManyTau;
  /** Frees what the last forward pass holds. */
  release(): void;
}
