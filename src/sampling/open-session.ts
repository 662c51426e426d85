/** The session of a bundle, as a worker opens it. */
import { BundleError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import { readBundle } from '../model/bundle-node.js';
import type { Conditional } from '../model/conditional/conditional.js';
import { openNative } from '../model/native/open.js';
import type { Session } from '../model/session.js';
import { createConditional, createSession } from '../model/session-node.js';
import type { Arithmetic } from '../model/wasm/head.js';
import { openConditional as openFastest, openWasm } from '../model/wasm/open.js';

export interface BundleSessionOptions {
  /** Absolute path of the bundle. */
  readonly folder: string;
  /** The bundle that the job names: another one in its place is refused. */
  readonly sha256: string;
  readonly engine: 'ort' | 'wasm' | 'native';
  /** Of the wasm engine, as the job has it. */
  readonly arithmetic?: Arithmetic;
}

export async function openSession(options: unknown): Promise<Session> {
  const { engine, arithmetic } = options as BundleSessionOptions;
  const bundle = await sameBundle(options as BundleSessionOptions);
  if (engine === 'native') return openNative(bundle);
  return engine === 'wasm' ? openWasm(bundle, arithmetic) : createSession(bundle);
}

/** The same bundle's conditional distributions: by the engine that samples, beside wasm by the native one if there is one. */
export async function openConditional(options: unknown): Promise<Conditional> {
  const bundle = await sameBundle(options as BundleSessionOptions);
  const { engine } = options as BundleSessionOptions;
  return engine === 'ort' ? createConditional(bundle) : openFastest(bundle);
}

async function sameBundle({ folder, sha256 }: BundleSessionOptions): Promise<Bundle> {
  const bundle = await readBundle(folder);
  if (bundle.sha256 !== sha256)
    throw new BundleError(folder, 'the bundle changed while the run was going on; put the first one back');
  return bundle;
}
