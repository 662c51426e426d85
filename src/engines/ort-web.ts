/**
 * Bundles run by ONNX Runtime in a browser, as WebAssembly. Its code and its 14 MB of WebAssembly (3.7 MB as they are sent)
 * are loaded when the first graph is opened.
 *
 * How many threads is left to it: one, or half of what the machine has, four at most, where the page is isolated from other
 * origins, without which browsers share no memory between threads. A page may set its `env.wasm.numThreads` before.
 */
import type { InferenceSession } from 'onnxruntime-web/wasm';
import { BundleError, RunError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import type { GraphFile } from '../model/card.js';
import { DATA_TYPE, encodeModel } from '../model/onnx-proto.js';
import type { Engine } from './engine.js';
import { type OpenedGraph, ortEngine, queue } from './ort.js';

type Runtime = typeof import('onnxruntime-web/wasm');

/** All of a thread's sessions share one stack, over which a run keeps its arguments while it waits. */
const inTurn = queue();
let loading: Promise<Runtime> | undefined;

/**
 * A bundle in the browser's ONNX Runtime.
 *
 * @throws BundleError where ONNX Runtime refuses the graph; RunError where it cannot be loaded.
 */
export function openOrt(bundle: Bundle): Promise<Engine> {
  return ortEngine(bundle, openGraph);
}

async function openGraph({ source, graphs }: Bundle, file: GraphFile): Promise<OpenedGraph> {
  const { InferenceSession, Tensor } = await runtime();
  let session: InferenceSession;
  try {
    session = await inTurn(() =>
      InferenceSession.create(graphs[file]!, {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
      }),
    );
  } catch (error) {
    const reason = (error as Error).message;
    if (!(await opensAny(InferenceSession))) throw notLoaded(reason, error);
    throw new BundleError(source, `${file} is refused by ONNX Runtime: ${reason}`, { cause: error });
  }
  return {
    Tensor: Tensor as OpenedGraph['Tensor'],
    async run(feeds, fetches = {}) {
      const made = (await inTurn(() => session.run(feeds))) as Awaited<ReturnType<OpenedGraph['run']>>;
      // Tensors for the outputs are taken by this binding, but not written to.
      for (const [name, { data }] of Object.entries(fetches))
        (data as Float32Array).set(made[name]!.data as Float32Array);
      return made;
    },
    release: () => inTurn(() => session.release()),
  };
}

/** Whether the fault lies in the graph: where the runtime's own WebAssembly is missing it opens none, not even y = x. */
async function opensAny(sessions: Runtime['InferenceSession']): Promise<boolean> {
  const value = (name: string) => ({
    name,
    type: { tensorType: { elemType: DATA_TYPE.float, shape: { dims: [{ value: 1 }] } } },
  });
  const node = { name: 'y', opType: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: [] };
  const model = encodeModel({
    irVersion: 8,
    producerName: '',
    producerVersion: '',
    opsetImport: [{ domain: '', version: 17 }],
    graph: { name: 'identity', nodes: [node], initializers: [], inputs: [value('x')], outputs: [value('y')] },
    metadataProps: [],
  });
  try {
    await inTurn(async () => (await sessions.create(model, { executionProviders: ['wasm'] })).release());
    return true;
  } catch {
    return false;
  }
}

async function runtime(): Promise<Runtime> {
  loading ??= import('onnxruntime-web/wasm');
  try {
    return await loading;
  } catch (error) {
    // The next one may ask again.
    loading = undefined;
    throw notLoaded((error as Error).message, error);
  }
}

function notLoaded(reason: string, cause: unknown): RunError {
  return new RunError(
    `ONNX Runtime cannot be loaded (${reason.replace(/\s+/g, ' ')}); check the connection, that the page serves onnxruntime-web's files and that its policy has 'wasm-unsafe-eval', and reload`,
    { cause },
  );
}
