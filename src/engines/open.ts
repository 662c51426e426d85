/**
 * Opens the engines of a bundle in Node, and says which one a pass samples with. What is heavy, ONNX Runtime above all, is
 * loaded when it is opened.
 */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { checkArgument, described } from '../arguments.js';
import { BundleError, RunError, UsageError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import type { Task } from '../model/tasks.js';
import { type Conditional, checkEngine, type Engine, type Session } from './engine.js';
import type { Kernel } from './kernel.js';
import type { Arithmetic, WasmFile, WasmModule } from './wasm.js';

/** As `--engine` names them. auto: native where it is and can run the bundle, else ort; see docs/engines.md. */
export const ENGINES = ['auto', 'ort', 'wasm', 'native'] as const;
/** The name of an engine. */
export type EngineName = (typeof ENGINES)[number];
/** Which engine, once it is decided. */
export type EngineKind = Exclude<EngineName, 'auto'>;

/** How an engine computes. */
export interface EngineOptions {
  /** Multiply-adds of the wasm engine; default the fastest that the machine has. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Instruction set of the native engine; default the best. All give the same bits. */
  readonly level?: string | undefined;
}

/**
 * Opens a bundle for sampling and for conditional rows, on this thread. An engine of our own is not compared with the
 * bundle's graph here: openChecked does.
 *
 * @param bundle from {@link loadBundle}.
 * @param kind which engine.
 * @param options how it computes.
 * @throws BundleError where it does not take the bundle; the message says why.
 * @example (await openEngine(await loadBundle('models/simulation'), 'ort')).engine // 'ort'
 */
export async function openEngine(
  bundle: Bundle,
  kind: EngineKind,
  { arithmetic, level }: EngineOptions = {},
): Promise<Engine> {
  checkArgument('bundle', bundle, 'bundle');
  checkName(kind, ENGINES.slice(1));
  if (kind === 'ort') return (await import('./ort-node.js')).openOrt(bundle);
  const { kernelEngine } = await import('./kernel-engine.js');
  const { bundleNetwork } = await import('./network-numbers.js');
  const { source } = bundle;
  const kernel =
    kind === 'native'
      ? (await import('./addon.js')).nativeKernel(source, level)
      : await openWasmKernel(source, arithmetic);
  return kernelEngine(kernel, source, bundleNetwork(bundle));
}

/** @throws UsageError where no engine is called so. */
function checkName(name: string, names: readonly string[]): void {
  if (!names.includes(name))
    throw new UsageError(`there is no engine ${described(name)}; give ${names.join(', ')}`);
}

/** The same, once it has agreed with ONNX Runtime on a few predictions and rows. */
export async function openChecked(bundle: Bundle, kind: EngineKind): Promise<Engine> {
  const engine = await openEngine(bundle, kind);
  if (kind === 'ort') return engine;
  const graph = await openEngine(bundle, 'ort');
  try {
    await checkEngine(bundle, engine, graph);
  } finally {
    await graph.close();
  }
  return engine;
}

/** The fastest engine that agrees with the bundle's graph: native, else wasm, else ort. */
export async function openFastest(bundle: Bundle): Promise<Engine> {
  for (const kind of ['native', 'wasm'] as const) {
    try {
      return await openChecked(bundle, kind);
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
    }
  }
  return openEngine(bundle, 'ort');
}

/** The kernel in WebAssembly from this installation's files. @throws Error in one line where there is none. */
export function loadWasm(arithmetic?: Arithmetic): Promise<WasmModule> {
  return withAddresses(async () => (await import('./wasm.js')).compileWasm(readWasm, arithmetic));
}

/** @throws Error in one line where there is none. */
async function startWasm(arithmetic?: Arithmetic): Promise<Kernel> {
  const found = await loadWasm(arithmetic);
  return withAddresses(async () => (await import('./wasm.js')).wasmKernel(found));
}

/** Each memory of WebAssembly sets 8 GB of addresses aside, used or not, which limits of batch jobs do not always grant. */
async function withAddresses<Started>(start: () => Promise<Started>): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const remedy = 'raise the limit of virtual memory (ulimit -v), or sample with --engine native';
    throw new RunError(`WebAssembly does not start here: ${remedy}`, { cause: error });
  }
}

/** @throws BundleError where there is none. */
async function openWasmKernel(source: string, arithmetic?: Arithmetic): Promise<Kernel> {
  try {
    return await startWasm(arithmetic);
  } catch (error) {
    throw new BundleError(source, `the wasm engine is absent: ${(error as Error).message}`, { cause: error });
  }
}

async function readWasm(file: WasmFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(new URL(file, import.meta.url)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${file} is not built; npm run build makes it`, { cause: error });
  }
}

/** What computes around the engine: its own kernel, or beside ONNX Runtime the one in WebAssembly. */
export async function kernelBeside({ kernel }: { readonly kernel?: Kernel }): Promise<Kernel> {
  return kernel ?? startWasm();
}

/** The multiply-adds of the wasm engine; or why it is absent. One line. */
export async function describeWasm(): Promise<string> {
  try {
    const { arithmetic } = await loadWasm();
    return arithmetic === 'fused' ? 'fused multiply-adds' : 'products and sums apart: no relaxed SIMD here';
  } catch (error) {
    return `absent: ${(error as Error).message}`;
  }
}

/** Where a worker's session comes from: a module whose `openSession` is called with `options`. */
export interface SessionSource {
  /** file: URL of the module. */
  readonly module: string;
  /** Plain data. */
  readonly options: unknown;
}

/** What the module of a {@link SessionSource} exports. */
export interface SessionModule {
  /** A session that samples. */
  openSession(options: unknown): Promise<Session>;
  /** Absent where the engine can only sample. */
  openConditional?(options: unknown): Promise<Conditional>;
}

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
 * The engine that samples from a bundle. The native and the wasm one are checked against ONNX Runtime on 64 predictions and
 * 64 conditional rows before they are taken.
 *
 * @param folder of the bundle.
 * @param name of an engine; `auto` takes the fastest that can run the bundle.
 * @throws BundleError; also where an engine that was asked for by name cannot run the bundle.
 */
export async function bundleEngine(folder: string, name: EngineName = 'auto'): Promise<SamplingEngine> {
  checkArgument('folder', folder, 'path');
  checkName(name, ENGINES);
  const { readBundle } = await import('../model/bundle-node.js');
  const bundle = await readBundle(folder);
  if (name !== 'auto') return samplingEngine(folder, bundle, name);
  const fastest = await fastestEngine();
  try {
    return await samplingEngine(folder, bundle, fastest);
  } catch (error) {
    if (!(error instanceof BundleError) || fastest === 'ort') throw error;
    const note = `${error.message}: ONNX Runtime samples instead`;
    return { ...(await samplingEngine(folder, bundle, 'ort')), note };
  }
}

/** What `auto` takes of this installation's engines, for a network that all of them can run. */
export async function fastestEngine(): Promise<EngineKind> {
  const { loadAddon } = await import('./addon.js');
  return 'addon' in loadAddon() ? 'native' : 'ort';
}

async function samplingEngine(folder: string, bundle: Bundle, kind: EngineKind): Promise<SamplingEngine> {
  const { card, sha256 } = bundle;
  const { kernel } = kind === 'ort' ? {} : await openChecked(bundle, kind);
  const { default: runtime } = await import('onnxruntime-node/package.json', { with: { type: 'json' } });
  const arithmetic = kind === 'wasm' ? (await loadWasm()).arithmetic : undefined;
  const options: WorkerOptions = { folder: resolve(folder), sha256, kind, arithmetic };
  return {
    session: { module: import.meta.url, options },
    engine: kind,
    task: card.task,
    bundle: { name: basename(resolve(folder)), sha256 },
    inputNames: card.inputs.map(({ column }) => column),
    versions: kernel ? { [`${kind} kernel`]: kernel.version } : { 'onnxruntime-node': runtime.version },
  };
}

interface WorkerOptions {
  /** Absolute path of the bundle. */
  readonly folder: string;
  /** The bundle that the job names: another one in its place is refused. */
  readonly sha256: string;
  readonly kind: EngineKind | 'fastest';
  /** Of the wasm engine, as the job has it. */
  readonly arithmetic?: Arithmetic | undefined;
}

/** How a thread opens what {@link openFastest} gives here. @param folder absolute. */
export function fastestSession(folder: string, { sha256 }: Bundle): SessionSource {
  const options: WorkerOptions = { folder, sha256, kind: 'fastest' };
  return { module: import.meta.url, options };
}

/** The engine of a bundle, as a worker opens it: {@link SessionSource}. */
export async function openSession(options: unknown): Promise<Engine> {
  const { folder, sha256, kind, arithmetic } = options as WorkerOptions;
  const { readBundle } = await import('../model/bundle-node.js');
  const bundle = await readBundle(folder);
  if (bundle.sha256 !== sha256)
    throw new BundleError(folder, 'the bundle changed since it was loaded; put the first one back');
  return kind === 'fastest' ? openFastest(bundle) : openEngine(bundle, kind, { arithmetic });
}

export { openSession as openConditional };
