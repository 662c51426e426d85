/** Opens the engines of a bundle in a browser: the kernel of our own where it agrees with the bundle's graph, else ONNX Runtime. */
import { BundleError, JetIqnError, RunError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import { checkEngine, type Engine } from './engine.js';
import type { Kernel } from './kernel.js';
import { kernelEngine } from './kernel-engine.js';
import { bundleNetwork } from './network-numbers.js';
import { openOrt } from './ort-web.js';
import { type Arithmetic, compileWasm, type WasmFile, wasmKernel } from './wasm.js';

/**
 * auto: wasm where it predicts what ONNX Runtime does with the bundle's graph, else ort. wasm: without that check, for
 * bundles that are one's own; nothing of ONNX Runtime is loaded.
 */
export type WebEngine = 'auto' | 'wasm' | 'ort';

/** How an engine is opened in a browser. */
export interface WebEngineOptions {
  /** Of the wasm engine; default the fastest that the browser has. */
  readonly arithmetic?: Arithmetic;
  /**
   * Told why auto took ort.
   *
   * @param note one line.
   */
  readonly onNote?: (note: string) => void;
}

/**
 * Opens a bundle for sampling and for conditional rows, on this thread.
 *
 * @param bundle from {@link loadBundle}.
 * @param kind which engine, default auto.
 * @param options how it is opened.
 * @throws BundleError where the engine does not take the bundle; RunError where its files cannot be loaded.
 * @example (await openEngine(await loadBundle('models/simulation'))).engine // 'wasm'
 */
export async function openEngine(
  bundle: Bundle,
  kind: WebEngine = 'auto',
  { arithmetic, onNote = () => {} }: WebEngineOptions = {},
): Promise<Engine> {
  if (kind === 'wasm') return wasmEngine(bundle, arithmetic);
  const graph = await openOrt(bundle);
  if (kind === 'ort') return graph;
  try {
    const wasm = await wasmEngine(bundle, arithmetic);
    await checkEngine(bundle, wasm, graph);
    await graph.close();
    return wasm;
  } catch (error) {
    if (!(error instanceof JetIqnError)) throw error;
    onNote(`${error.message}: ONNX Runtime samples instead`);
    return graph;
  }
}

async function wasmEngine(bundle: Bundle, arithmetic?: Arithmetic): Promise<Engine> {
  let kernel: Kernel;
  try {
    kernel = await loadWasmKernel(arithmetic);
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    throw new BundleError(bundle.source, `the wasm engine is absent: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return kernelEngine(kernel, bundle.source, bundleNetwork(bundle));
}

/** Written out, so that bundlers find the files and take them along. */
const ADDRESSES: Readonly<Record<WasmFile, URL>> = {
  'kernel.wasm': new URL('./kernel.wasm', import.meta.url),
  'kernel-fused.wasm': new URL('./kernel-fused.wasm', import.meta.url),
};

/**
 * The kernel from the files beside this one, wherever a bundler or a server has put them.
 *
 * @param arithmetic this one; default the fastest that the browser has.
 * @throws RunError where the file cannot be fetched; Error in one line where the browser cannot do it.
 */
export async function loadWasmKernel(arithmetic?: Arithmetic): Promise<Kernel> {
  return wasmKernel(await compileWasm(fetchWasm, arithmetic));
}

async function fetchWasm(file: WasmFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(ADDRESSES[file]);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new RunError(
      `${ADDRESSES[file]} cannot be fetched (${(error as Error).message}); check that the page serves it and that its policy has connect-src for it`,
      { cause: error },
    );
  }
}
