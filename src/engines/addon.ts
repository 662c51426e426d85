/**
 * The kernel compiled for this machine's processor, as a Node addon: found, checked against what the build recorded of it,
 * and loaded; or why not.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BundleError } from '../errors.js';
import type { Kernel } from './kernel.js';

/** dist/native of this package. */
export const ADDON_FOLDER = fileURLToPath(new URL('../../native/', import.meta.url));
/** Beside the addon: of what it was made, or why it failed. */
export const RECORD_FILE = 'build.json';

/** What kernel/addon.cpp exports: of the {@link Kernel}'s functions those that take a network or study as they are. */
export interface NativeAddon
  extends Pick<Kernel, 'predict' | 'decidedWidth' | 'decide' | 'quantileRows' | 'addJets' | 'sweep'> {
  /** Instruction sets that this machine can run, the best first: avx512, avx2, neon, scalar. */
  levels(): readonly string[];
  /** See network-numbers.ts. */
  open(layout: Uint32Array, numbers: Float32Array, level: string): object;
  fillTau(level: string, ...of: Parameters<Kernel['fillTau']>): void;
  openStudy(level: string, samples: number, ...edges: Float32Array[]): object;
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

export type BuildRecord =
  | {
      /** Hash of sources, flags and platform. */
      readonly sources: string;
      /** Hash of only the sources: the same for all platforms, whose bits are the same. */
      readonly kernel: string;
      /** The addon's name, and its bytes'. */
      readonly file: string;
      readonly sha256: string;
      readonly compiler: string;
    }
  /** failure: one line. */
  | { readonly sources: string; readonly failure: string };

/** The record of the last build; undefined where there is none that can be read. */
export function readBuildRecord(folder: string): BuildRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, RECORD_FILE), 'utf8')) as Record<string, unknown>;
    const texts = (...names: string[]) => names.every((name) => typeof record?.[name] === 'string');
    if (texts('sources', 'failure') || texts('sources', 'kernel', 'file', 'sha256', 'compiler'))
      return record as BuildRecord;
  } catch {
    // Not there, or not ours: then it is built again.
  }
  return undefined;
}

/**
 * @param source the bundle as the user named it, for messages.
 * @param level instruction set, one of the addon's levels(); default the best. All give the same bits.
 * @throws BundleError where there is no addon.
 */
export function nativeKernel(source: string, level?: string): Kernel {
  const found = loadAddon();
  if ('absence' in found) throw new BundleError(source, `the native engine is absent: ${found.absence}`);
  return kernelOf(found.addon, found.kernel, level);
}

function kernelOf(addon: NativeAddon, version: string, level = addon.levels()[0]!): Kernel {
  const { predict, decidedWidth, decide, quantileRows, addJets, sweep } = addon;
  return {
    ...{ name: 'native', version, predict, decidedWidth, decide, quantileRows, addJets, sweep },
    room: (type, length) => ({ values: new type(length) }),
    // The addon reads no memory that threads share.
    holds: ({ buffer }) => Object.prototype.toString.call(buffer) === '[object ArrayBuffer]',
    open: ({ layout, numbers }) => addon.open(layout, numbers, level),
    fillTau: (...of) => addon.fillTau(level, ...of),
    openStudy: (samples, edges) => addon.openStudy(level, samples, ...edges),
    multiply: (rounds) => addon.multiply(level, rounds),
  };
}
