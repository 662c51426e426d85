/**
 * Bundles run by ONNX Runtime's Node binding, one thread a session: a run blocks the thread that calls it, so parallel
 * work is a matter of worker threads, each with a session of its own.
 */
import './no-telemetry.js';
import * as ort from 'onnxruntime-node';
import { BundleError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import type { GraphFile } from '../model/card.js';
import type { Engine } from './engine.js';
import { type OpenedGraph, ortEngine } from './ort.js';

/** How ONNX Runtime runs a graph. */
export interface GraphOptions {
  /** ONNX Runtime's own rewriting of the graph; 'all' fuses a layer into one operator. */
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'all';
}

/**
 * A bundle in ONNX Runtime, on one thread.
 *
 * @param options for a look into ONNX Runtime.
 * @throws BundleError where ONNX Runtime refuses the graph.
 */
export function openOrt(bundle: Bundle, options: GraphOptions = {}): Promise<Engine> {
  return ortEngine(bundle, async (_, file) => opened(await openGraph(bundle, file, options)));
}

/**
 * One graph of a bundle as a session of ONNX Runtime, single-threaded. Its option set_denormal_as_zero stays off: it
 * would switch the calling thread for good, so that JavaScript's own 1e-310 became 0 there and in every later worker.
 */
export async function openGraph(
  bundle: Bundle,
  file: GraphFile,
  { graphOptimizationLevel = 'all' }: GraphOptions = {},
): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bundle.graphs[file]!, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel,
      logSeverityLevel: 3,
    });
  } catch (error) {
    const reason = (error as Error).message;
    throw new BundleError(bundle.source, `${file} is refused by ONNX Runtime: ${reason}`, { cause: error });
  }
}

function opened(session: ort.InferenceSession): OpenedGraph {
  return {
    Tensor: ort.Tensor,
    run: (feeds, fetches) => (fetches ? session.run(feeds, fetches) : session.run(feeds)) as never,
    release: () => session.release(),
  };
}
