/** What a pass samples from: how its workers open a session, and how it stands in the job. */
import { basename, resolve } from 'node:path';
import { BundleError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import type { Task } from '../model/tasks.js';
import type { BundleSessionOptions } from './open-session.js';
import type { SessionSource } from './worker-setup.js';

/** As `--engine` names them. auto: native where it is and can run the bundle, else ort; see docs/engines.md. */
export const ENGINES = ['auto', 'ort', 'wasm', 'native'] as const;
/** The name of an engine. */
export type EngineName = (typeof ENGINES)[number];

/** What samples, in plain data that can be handed to worker threads. */
export interface SamplingEngine {
  /** How a worker opens it. */
  readonly session: SessionSource;
  /** Which it is, never auto. */
  readonly engine: string;
  /** What it does; absent for one that does any task. */
  readonly task?: Task;
  /** The model, as a job names it. */
  readonly bundle: {
    /** The folder's name. */
    readonly name: string;
    /** Of the graphs: see {@link Bundle}. */
    readonly sha256: string;
  };
  /** Input columns in the engine's order: variables, then names of extra columns. */
  readonly inputNames: readonly string[];
  /** Software that the bits depend on. */
  readonly versions: Readonly<Record<string, string>>;
  /** One line: why it is not a faster one, where that is the bundle's doing. */
  readonly note?: string;
}

/**
 * The engine that samples from a bundle. The native and the wasm one are checked against ONNX Runtime on 64 predictions before
 * they are taken.
 *
 * @param folder of the bundle.
 * @param name of an engine; `auto` takes the fastest that can run the bundle.
 * @throws BundleError; also where an engine that was asked for by name cannot run the bundle.
 */
export async function bundleEngine(folder: string, name: EngineName = 'auto'): Promise<SamplingEngine> {
  const { readBundle } = await import('../model/bundle-node.js');
  const bundle = await readBundle(folder);
  if (name === 'native') return nativeEngine(folder, bundle);
  if (name === 'wasm') return wasmEngine(folder, bundle);
  if (name === 'ort' || !(await hasNative())) return ortEngine(folder, bundle);
  try {
    return await nativeEngine(folder, bundle);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { ...(await ortEngine(folder, bundle)), note: `${error.message}: ONNX Runtime samples instead` };
  }
}

/** What `auto` takes of this installation's engines, for a network that all of them can run. */
export async function fastestEngine(): Promise<Exclude<EngineName, 'auto'>> {
  return (await hasNative()) ? 'native' : 'ort';
}

async function hasNative(): Promise<boolean> {
  const { loadAddon } = await import('../model/native/addon.js');
  return 'addon' in loadAddon();
}

async function nativeEngine(folder: string, bundle: Bundle): Promise<SamplingEngine> {
  const { loadAddon } = await import('../model/native/addon.js');
  const { checkNative } = await import('../model/native/open.js');
  await checkNative(bundle);
  const found = loadAddon();
  const versions: Record<string, string> = 'kernel' in found ? { 'native kernel': found.kernel } : {};
  return engineOf(folder, bundle, { engine: 'native' }, versions);
}

async function wasmEngine(folder: string, bundle: Bundle): Promise<SamplingEngine> {
  const { checkWasm } = await import('../model/wasm/open.js');
  const { arithmetic, kernel } = await checkWasm(bundle);
  return engineOf(folder, bundle, { engine: 'wasm', arithmetic }, { 'wasm kernel': kernel });
}

async function ortEngine(folder: string, bundle: Bundle): Promise<SamplingEngine> {
  const { default: runtime } = await import('onnxruntime-node/package.json', { with: { type: 'json' } });
  return engineOf(folder, bundle, { engine: 'ort' }, { 'onnxruntime-node': runtime.version });
}

function engineOf(
  folder: string,
  { card, sha256 }: Bundle,
  which: Pick<BundleSessionOptions, 'engine' | 'arithmetic'>,
  versions: Readonly<Record<string, string>>,
): SamplingEngine {
  const options: BundleSessionOptions = { folder: resolve(folder), sha256, ...which };
  return {
    session: { module: new URL('./open-session.js', import.meta.url).href, options },
    engine: which.engine,
    task: card.task,
    bundle: { name: basename(resolve(folder)), sha256 },
    inputNames: card.inputs.map(({ column }) => column),
    versions,
  };
}
