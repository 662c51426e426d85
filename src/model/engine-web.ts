/** What samples in a browser: the kernel of our own where it agrees with the bundle's graph, else ONNX Runtime. */
import { BundleError, JetIqnError } from '../errors.js';
import type { Bundle } from './bundle.js';
import { checkSession } from './check-session.js';
import type { Session } from './session.js';
import { createSession as createGraphSession } from './session-web.js';
import type { Arithmetic } from './wasm/head.js';
import { loadHead } from './wasm/head-web.js';
import { createBundleSession } from './wasm/session.js';

/**
 * auto: wasm where it predicts what ONNX Runtime does with the bundle's graph, else ort. wasm: without that check, for
 * bundles that are one's own; nothing of ONNX Runtime is loaded.
 */
export type WebEngine = 'auto' | 'wasm' | 'ort';

/** What samples in a browser. */
export interface SessionOptions {
  /** Default auto. */
  readonly engine?: WebEngine;
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
 * Opens a bundle for sampling, on this thread.
 *
 * @param bundle from {@link loadBundle}.
 * @param options which engine.
 * @throws BundleError where the engine does not take the bundle; RunError where its files cannot be loaded.
 * @example (await createSession(await loadBundle('models/simulation'))).engine // 'wasm'
 */
export async function createSession(bundle: Bundle, options: SessionOptions = {}): Promise<Session> {
  const { engine = 'auto', arithmetic, onNote = () => {} } = options;
  if (engine === 'wasm') return wasmSession(bundle, arithmetic);
  const graph = await createGraphSession(bundle);
  if (engine === 'ort') return graph;
  try {
    const wasm = await wasmSession(bundle, arithmetic);
    await checkSession(bundle, wasm, graph);
    await graph.close();
    return wasm;
  } catch (error) {
    if (!(error instanceof JetIqnError)) throw error;
    onNote(`${error.message}: ONNX Runtime samples instead`);
    return graph;
  }
}

async function wasmSession(bundle: Bundle, arithmetic?: Arithmetic): Promise<Session> {
  try {
    return createBundleSession(bundle, await loadHead(arithmetic));
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    throw new BundleError(bundle.source, `the wasm engine is absent: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
