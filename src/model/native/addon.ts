/** The compiled addon: found, checked against what the build recorded of it, and loaded; or why not. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ADDON_FOLDER, readBuildRecord } from './build-record.js';

/** An open network: belongs to the thread that opened it. */
export type OpenNetwork = object;
/** What a study keeps of jets between two blocks' totals; likewise. */
export type OpenStudy = object;

/** What kernel/addon.cpp exports. Each checks all that it is given, and throws TypeError or RangeError. */
export interface NativeAddon {
  /** Instruction sets that this machine can run, the best first: avx512, avx2, neon, scalar. */
  levels(): readonly string[];
  /** See ../network-numbers.ts. */
  open(layout: Uint32Array, numbers: Float32Array, level: string): OpenNetwork;
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
   * @param tau [count]. @param value, slope [count], written to: see ../conditional/conditional.ts.
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
   * The tau of consecutive jets, by key and place: stats/tau.ts.
   *
   * @param tau [jets, 4, stride], written to; 0.5 beyond the samples.
   */
  fillTau(
    level: string,
    tau: Float32Array,
    key0: number,
    key1: number,
    firstJet: number,
    jets: number,
    samples: number,
    stride: number,
  ): void;
  /** @param samples 1 … 65535. @param edges of the spectra, 2 … 255 each, finite and increasing. */
  openStudy(
    level: string,
    samples: number,
    ...edges: readonly [pt: Float32Array, eta: Float32Array, phi: Float32Array, mass: Float32Array]
  ): OpenStudy;
  /**
   * Ranks, medians and spectra of predicted jets: sampling/kernel/plain.ts says what is meant.
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
  /** Makes fused multiply-adds in registers alone and returns how many: the peak of one core, with a clock beside it. */
  multiply(level: string, rounds: number): number;
}

/** The addon and which computation it is (its bits change with it), or one line that says why there is none. */
export type FoundAddon =
  | { readonly addon: NativeAddon; readonly kernel: string }
  | { readonly absence: string };

let found: FoundAddon | undefined;

/** Loads the addon once a thread. Never throws: an addon that does not load is absent. */
export function loadAddon(): FoundAddon {
  found ??= findAddon(ADDON_FOLDER);
  return found;
}

/** The instruction sets of the native engine, the one in use first; or why it is absent. One line. */
export function describeAddon(): string {
  const found = loadAddon();
  return 'addon' in found ? found.addon.levels().join(', ') : `absent: ${found.absence}`;
}

/** Loads what a build left in a folder. */
export function findAddon(folder: string): FoundAddon {
  const record = readBuildRecord(folder);
  if (record === undefined) return { absence: 'it is not built; jet-iqn setup-native builds it' };
  if ('failure' in record) return { absence: record.failure };
  const path = join(folder, record.file);
  try {
    // Loading what is damaged could end the process instead of throwing.
    if (createHash('sha256').update(readFileSync(path)).digest('hex') !== record.sha256)
      return { absence: `${path} is not what was built; jet-iqn setup-native builds it again` };
    return { addon: createRequire(import.meta.url)(path) as NativeAddon, kernel: record.kernel };
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return { absence: `${reason}; jet-iqn setup-native builds it again` };
  }
}
