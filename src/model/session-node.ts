/**
 * Bundles run by ONNX Runtime's Node binding, one thread a session: a run blocks the thread that calls it, so parallel
 * work is a matter of worker threads, each with a session of its own.
 *
 * The same bits wherever a prediction lies. Vectorised code treats the last few numbers of an array differently (the
 * logarithm there differs by one unit in the last place), and matrix kernels have special cases for one row or one
 * column. So a run always has the same number of jets, and samples in multiples of 16 floats, the widest vector there is:
 * then no array has such an end. What is missing is filled in, computed and thrown away.
 */
import * as ort from 'onnxruntime-node';
import { BundleError, RunError } from '../errors.js';
import type { Bundle } from './bundle.js';
import type { GraphFile } from './card.js';
import type { Conditional } from './conditional.js';
import { BLOCK_JETS } from './graph-contract.js';
import type { Session } from './session.js';
import { KNOWN_COUNT, STEP_COUNT } from './steps.js';

/** Floats in AVX-512's vectors. */
const VECTOR = 16;
/** Most samples in one run: two layers of 64 units for {@link BLOCK_JETS} jets then fill 2 MiB, a core's cache. */
const MOST_SAMPLES = 1024;
/** Most rows in one run of conditional.onnx. */
const MOST_ROWS = 4096;

export interface EngineOptions {
  /** ONNX Runtime's own rewriting of the graph; 'all' fuses a layer into one operator. */
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'all';
  /** Writes the rewritten graph there, to be looked at. */
  readonly optimizedModelFilePath?: string;
}

/**
 * What samples: block.onnx in runs of {@link BLOCK_JETS} jets and at most {@link MOST_SAMPLES} samples, whatever is asked
 * for, so that memory stays the same. Fastest where the jets are a multiple of 4 and the samples one of 16.
 *
 * @throws BundleError where ONNX Runtime refuses the graph.
 */
export async function createSession(bundle: Bundle, options: EngineOptions = {}): Promise<Session> {
  const graph = await openGraph(bundle, 'block.onnx', options);
  const inputs = bundle.card.inputs.length;
  const jetValues = new Float32Array(BLOCK_JETS * inputs);
  const jetTensor = new ort.Tensor('float32', jetValues, [BLOCK_JETS, inputs]);
  const most = BLOCK_JETS * STEP_COUNT * MOST_SAMPLES;
  const tauMemory = new Float32Array(most);
  const predictionMemory = new Float32Array(most);
  const inTurn = queue();

  /** One run: tau and predictions are [BLOCK_JETS, 4, samples]. */
  async function run(tau: Float32Array, predictions: Float32Array, samples: number): Promise<void> {
    const dims = [BLOCK_JETS, STEP_COUNT, samples];
    const feeds = { jets: jetTensor, tau: new ort.Tensor('float32', tau, dims) };
    await runGraph(graph, bundle, feeds, { predictions: new ort.Tensor('float32', predictions, dims) });
  }

  return {
    engine: 'ort',
    inputs,
    predict: (jets, tau, predictions, jetCount, sampleCount) =>
      inTurn(async () => {
        const values = jetCount * STEP_COUNT * sampleCount;
        checkLength('jets', jets, jetCount * inputs);
        checkLength('tau', tau, values);
        checkLength('predictions', predictions, values);
        // Equal runs rather than full ones and a rest, so that less is filled in.
        const runs = Math.ceil(sampleCount / MOST_SAMPLES);
        const samples = Math.ceil(sampleCount / runs / VECTOR) * VECTOR;
        const length = BLOCK_JETS * STEP_COUNT * samples;
        for (let first = 0; first < jetCount; first += BLOCK_JETS) {
          const here = Math.min(BLOCK_JETS, jetCount - first);
          for (let jet = 0; jet < BLOCK_JETS; jet++) {
            const from = (first + Math.min(jet, here - 1)) * inputs;
            jetValues.set(jets.subarray(from, from + inputs), jet * inputs);
          }
          const at = first * STEP_COUNT * sampleCount;
          if (samples === sampleCount && here === BLOCK_JETS && isOwn(tau) && isOwn(predictions)) {
            await run(tau.subarray(at, at + length), predictions.subarray(at, at + length), samples);
            continue;
          }
          for (let sample = 0; sample < sampleCount; sample += samples) {
            const width = Math.min(samples, sampleCount - sample);
            const block = tauMemory.subarray(0, length);
            const made = predictionMemory.subarray(0, length);
            if (here < BLOCK_JETS || width < samples) block.fill(0.5);
            for (let row = 0; row < here * STEP_COUNT; row++) {
              const from = at + row * sampleCount + sample;
              block.set(tau.subarray(from, from + width), row * samples);
            }
            await run(block, made, samples);
            for (let row = 0; row < here * STEP_COUNT; row++) {
              const from = row * samples;
              predictions.set(made.subarray(from, from + width), at + row * sampleCount + sample);
            }
          }
        }
      }),
    close: () => inTurn(() => graph.release()),
  };
}

/**
 * The conditional distributions: conditional.onnx in runs of a multiple of 16 rows, at most {@link MOST_ROWS}.
 *
 * @throws BundleError where ONNX Runtime refuses the graph.
 */
export async function createConditional(bundle: Bundle, options: EngineOptions = {}): Promise<Conditional> {
  const graph = await openGraph(bundle, 'conditional.onnx', options);
  const inputs = bundle.card.inputs.length;
  return {
    inputs,
    async quantile(jets, known, step, tau) {
      const rows = tau.length;
      checkLength('jets', jets, rows * inputs);
      checkLength('known', known, rows * KNOWN_COUNT);
      checkLength('step', step, rows);
      const value = new Float32Array(rows);
      const slope = new Float32Array(rows);
      for (let first = 0; first < rows; first += MOST_ROWS) {
        const end = Math.min(first + MOST_ROWS, rows);
        const padded = Math.ceil((end - first) / VECTOR) * VECTOR;
        const floats = (values: Float32Array, width: number, fill: number) => {
          const part = new Float32Array(padded * width).fill(fill, (end - first) * width);
          part.set(values.subarray(first * width, end * width));
          return part;
        };
        const steps = new BigInt64Array(padded);
        steps.set(step.subarray(first, end));
        const made = await runGraph(graph, bundle, {
          jets: new ort.Tensor('float32', floats(jets, inputs, 1), [padded, inputs]),
          known: new ort.Tensor('float32', floats(known, KNOWN_COUNT, 1), [padded, KNOWN_COUNT]),
          step: new ort.Tensor('int64', steps, [padded]),
          tau: new ort.Tensor('float32', floats(tau, 1, 0.5), [padded]),
        });
        value.set((made.value!.data as Float32Array).subarray(0, end - first), first);
        slope.set((made.slope!.data as Float32Array).subarray(0, end - first), first);
      }
      return { value, slope };
    },
    close: () => graph.release(),
  };
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

async function runGraph(
  graph: ort.InferenceSession,
  { source }: Bundle,
  feeds: Record<string, ort.Tensor>,
  fetches?: Record<string, ort.Tensor>,
): Promise<ort.InferenceSession.OnnxValueMapType & Record<string, ort.Tensor>> {
  try {
    return (await (fetches ? graph.run(feeds, fetches) : graph.run(feeds))) as Record<string, ort.Tensor>;
  } catch (error) {
    throw new RunError(`${source}: ONNX Runtime failed: ${(error as Error).message}`, { cause: error });
  }
}

/** Runs one after the other: they share the buffers of their session. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}

/** ONNX Runtime takes no tensors over memory that threads share. */
function isOwn({ buffer }: Float32Array): boolean {
  return Object.prototype.toString.call(buffer) === '[object ArrayBuffer]';
}

function checkLength(name: string, { length }: { readonly length: number }, needed: number): void {
  if (length < needed) throw new RangeError(`${name} has ${length} values, ${needed} are needed`);
}
