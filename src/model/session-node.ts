/**
 * Bundles run by ONNX Runtime's Node binding, one thread a session: a run blocks the thread that calls it, so parallel
 * work is a matter of worker threads, each with a session of its own.
 */
import './no-telemetry.js';
import * as ort from 'onnxruntime-node';
import { BundleError } from '../errors.js';
import type { Bundle } from './bundle.js';
import type { GraphFile } from './card.js';
import type { Conditional } from './conditional/conditional.js';
import { graphConditional, graphSession, type OpenedGraph } from './graph-session.js';
import type { Session } from './session.js';

/** How ONNX Runtime runs a graph. */
export interface EngineOptions {
  /** ONNX Runtime's own rewriting of the graph; 'all' fuses a layer into one operator. */
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'all';
  /** Writes the rewritten graph there, to be looked at. */
  readonly optimizedModelFilePath?: string;
}

/**
 * Opens a bundle for sampling with ONNX Runtime, on one thread: block.onnx in runs of 4 jets and at most 1024 samples,
 * whatever is asked for, so that memory stays the same. Fastest where the jets are a multiple of 4 and the samples one
 * of 16.
 *
 * @param bundle from {@link loadBundle}.
 * @param options for a look into ONNX Runtime.
 * @throws BundleError where ONNX Runtime refuses the graph.
 */
export async function createSession(bundle: Bundle, options: EngineOptions = {}): Promise<Session> {
  return graphSession(opened(await openGraph(bundle, 'block.onnx', options)), bundle);
}

/**
 * The conditional distributions: {@link graphConditional}.
 *
 * @throws BundleError where ONNX Runtime refuses the graph.
 */
export async function createConditional(bundle: Bundle, options: EngineOptions = {}): Promise<Conditional> {
  return graphConditional(opened(await openGraph(bundle, 'conditional.onnx', options)), bundle);
}

/**
 * One graph of a bundle as a session of ONNX Runtime, single-threaded. Its option set_denormal_as_zero stays off: it
 * would switch the calling thread for good, so that JavaScript's own 1e-310 became 0 there and in every later worker.
 */
export async function openGraph(
  bundle: Bundle,
  file: GraphFile,
  { graphOptimizationLevel = 'all', optimizedModelFilePath }: EngineOptions = {},
): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bundle.graphs[file], {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel,
      logSeverityLevel: 3,
      ...(optimizedModelFilePath === undefined ? {} : { optimizedModelFilePath }),
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
