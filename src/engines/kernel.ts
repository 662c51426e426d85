/**
 * The kernel of our own (kernel/*.hpp), compiled for the processor (addon.ts) or as WebAssembly (wasm.ts), behind one
 * memory layout: numbers lie in rooms of its memory, and its functions read and write there. An engine on it:
 * kernel-engine.ts; what stands around the engine in a study: ../sampling/accumulators.ts.
 */
import type { NetworkNumbers } from './network-numbers.js';

/** Kinds of numbers that the kernel computes on. */
export type KernelArray = Float32Array | Uint32Array | Uint16Array | Uint8Array;
export type KernelArrayType<T> = {
  new (length: number): T;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
};

/**
 * Numbers in the kernel's memory, freed when nothing holds the room any more. They are looked up at each use: WebAssembly's
 * memory that grows takes its views away.
 */
export interface Room<T> {
  readonly values: T;
}

/** An open network, and what a study keeps of jets between two blocks' totals: each of the kernel that opened it. */
export type OpenNetwork = object | number;
export type OpenStudy = object;

/** All arrays lie in the kernel's memory. Functions throw TypeError or RangeError in one line for what does not fit. */
export interface Kernel {
  readonly name: 'native' | 'wasm';
  /** Which computation: its bits change with it. */
  readonly version: string;
  /** Zeros at first. */
  room<T extends KernelArray>(type: KernelArrayType<T>, length: number): Room<T>;
  /** Whether the kernel can compute on this array as it lies. */
  holds(values: KernelArray): boolean;
  open(numbers: NetworkNumbers): OpenNetwork;
  /**
   * @param x [jets, inputs] standardised. @param origins [jets, 4] the four variables as they are.
   * @param tau, predictions [jets, 4, samples].
   */
  predict(
    network: OpenNetwork,
    x: Float32Array,
    origins: Float32Array,
    tau: Float32Array,
    predictions: Float32Array,
    jets: number,
    samples: number,
  ): void;
  /** How many numbers a jet decides for its rows. */
  decidedWidth(network: OpenNetwork): number;
  /** @param x, origins as above. @param decided [jets, decidedWidth], written to. */
  decide(
    network: OpenNetwork,
    x: Float32Array,
    origins: Float32Array,
    decided: Float32Array,
    jets: number,
  ): void;
  /**
   * Single rows, each of one step of one jet.
   *
   * @param decided by decide(). @param jet, step [count] which jet, and 0 pt, 1 eta, 2 phi, 3 mass.
   * @param known [count, 3]: pt, eta, phi of the target, physical; those of a row's own step and later are not read.
   * @param tau [count]. @param value, slope [count], written to: see engine.ts.
   */
  quantileRows(
    network: OpenNetwork,
    decided: Float32Array,
    jet: Uint32Array,
    step: Uint8Array,
    known: Float32Array,
    tau: Float32Array,
    value: Float32Array,
    slope: Float32Array,
    count: number,
  ): void;
  /**
   * The tau of jets: drawTau of ../stats/tau.ts.
   *
   * @param tau [jets, 4, stride], written to; 0.5 beyond the samples. @param numbers [jets, 3] of jetNumbers.
   */
  fillTau(tau: Float32Array, numbers: Uint32Array, jets: number, samples: number, stride: number): void;
  /** @param samples 1 … 65535. @param edges of pt, eta, phi, mass, wherever they lie: 2 … 255 each, finite, increasing. */
  openStudy(samples: number, edges: readonly Float32Array[]): OpenStudy;
  /**
   * Ranks, medians and spectra of predicted jets.
   *
   * @param predictions [jets, 4, stride]. @param origins [jets]: phi of the inputs [rad]. @param truths [jets, 4].
   * @param counts the four spectra one after the other, [samples, bins + 2] each; they may lag until sweep().
   * @param less, equal, medians [4, jets of a block], written to from `place`.
   * @returns whether no prediction is NaN.
   */
  addJets(
    study: OpenStudy,
    predictions: Float32Array,
    stride: number,
    origins: Float32Array,
    truths: Float32Array,
    jets: number,
    counts: Uint16Array,
    less: Uint16Array,
    equal: Uint16Array,
    medians: Float32Array,
    place: number,
  ): boolean;
  /** Counts what of the spectra waited. */
  sweep(study: OpenStudy, counts: Uint16Array): void;
  /** Makes fused multiply-adds only in registers and returns how many: the peak of one core, with a clock beside it. */
  multiply(rounds: number): number;
}
