/**
 * A bundle's graphs run by ONNX Runtime, whichever binding of it: Node's and the browser's have one interface.
 *
 * The same bits wherever a prediction lies. Vectorised code treats the last few numbers of an array differently (the
 * logarithm there differs by one unit in the last place), and matrix kernels have special cases for one row or one
 * column. So a run always has the same number of jets, and samples in multiples of 16 floats, the widest vector there is:
 * then no array has such an end. What is missing is filled in, computed and thrown away.
 */
import type { Tensor } from 'onnxruntime-node';
import { RunError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import { BUNDLE_FORMATS, type GraphFile } from '../model/card.js';
import { BLOCK_JETS, LARGEST_RUN } from '../model/graph-contract.js';
import { KNOWN_COUNT, STEP_COUNT } from '../model/steps.js';
import { checkLength, type Engine } from './engine.js';

/** Floats in AVX-512's vectors. */
const VECTOR = 16;

type Tensors = Readonly<Record<string, Tensor>>;

/** One graph that a binding has opened. */
export interface OpenedGraph {
  /** The binding's own class. */
  readonly Tensor: typeof Tensor;
  /** @param fetches tensors for the outputs, whose arrays are then written to; else there are new ones. */
  run(feeds: Tensors, fetches?: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/**
 * Samples with block.onnx in runs of {@link BLOCK_JETS} jets and at most {@link LARGEST_RUN} samples, however many are asked
 * for, so that memory stays the same; fastest where the jets are a multiple of 4 and the samples one of 16. Rows by
 * conditional.onnx, which is opened when the first ones are asked, in runs of a multiple of 16, at most {@link LARGEST_RUN}.
 *
 * @throws BundleError where ONNX Runtime refuses the graph.
 */
export async function ortEngine(
  bundle: Bundle,
  open: (bundle: Bundle, file: GraphFile) => Promise<OpenedGraph>,
): Promise<Engine> {
  const block = await open(bundle, 'block.onnx');
  let conditional: Promise<OpenedGraph> | undefined;
  const sampler = blockSampler(block, bundle);
  return {
    engine: 'ort',
    inputs: bundle.card.inputs.length,
    predict: sampler.predict,
    async quantile(...rows) {
      conditional ??= open(bundle, 'conditional.onnx');
      return quantileBy(await conditional, bundle, ...rows);
    },
    async close() {
      await sampler.close();
      await (await conditional)?.release();
    },
  };
}

function blockSampler(graph: OpenedGraph, bundle: Bundle): Pick<Engine, 'predict' | 'close'> {
  const { Tensor } = graph;
  const inputs = bundle.card.inputs.length;
  const jetValues = new Float32Array(BLOCK_JETS * inputs);
  const jetTensor = new Tensor('float32', jetValues, [BLOCK_JETS, inputs]);
  const most = BLOCK_JETS * STEP_COUNT * LARGEST_RUN.S;
  const tauMemory = new Float32Array(most);
  const predictionMemory = new Float32Array(most);
  // Runs share the buffers above.
  const inTurn = queue();

  /** One run: tau and predictions are [BLOCK_JETS, 4, samples]. */
  async function run(tau: Float32Array, predictions: Float32Array, samples: number): Promise<void> {
    const dims = [BLOCK_JETS, STEP_COUNT, samples];
    const feeds = { jets: jetTensor, tau: new Tensor('float32', tau, dims) };
    await runGraph(graph, bundle, feeds, { predictions: new Tensor('float32', predictions, dims) });
  }

  return {
    predict: (jets, tau, predictions, jetCount, sampleCount) =>
      inTurn(async () => {
        const values = jetCount * STEP_COUNT * sampleCount;
        checkLength('jets', jets, jetCount * inputs);
        checkLength('tau', tau, values);
        checkLength('predictions', predictions, values);
        // Equal runs rather than full ones and a rest, so that less is filled in.
        const runs = Math.ceil(sampleCount / LARGEST_RUN.S);
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

async function quantileBy(
  graph: OpenedGraph,
  bundle: Bundle,
  ...[jets, known, step, tau]: Parameters<Engine['quantile']>
): ReturnType<Engine['quantile']> {
  const { Tensor } = graph;
  const inputs = bundle.card.inputs.length;
  const ofFirstFormat = bundle.card.format === BUNDLE_FORMATS[0];
  const rows = tau.length;
  checkLength('jets', jets, rows * inputs);
  checkLength('known', known, rows * KNOWN_COUNT);
  checkLength('step', step, rows);
  const value = new Float32Array(rows);
  const slope = new Float32Array(rows);
  for (let first = 0; first < rows; first += LARGEST_RUN.N) {
    const end = Math.min(first + LARGEST_RUN.N, rows);
    const padded = Math.ceil((end - first) / VECTOR) * VECTOR;
    const floats = (values: Float32Array, width: number, fill: number) => {
      const part = new Float32Array(padded * width).fill(fill, (end - first) * width);
      part.set(values.subarray(first * width, end * width));
      return part;
    };
    const steps = new Uint8Array(padded);
    steps.set(step.subarray(first, end));
    const made = await runGraph(graph, bundle, {
      jets: new Tensor('float32', floats(jets, inputs, 1), [padded, inputs]),
      known: new Tensor('float32', floats(known, KNOWN_COUNT, 1), [padded, KNOWN_COUNT]),
      step: ofFirstFormat
        ? new Tensor('int64', BigInt64Array.from(steps, BigInt), [padded])
        : new Tensor('float32', Float32Array.from(steps), [padded]),
      tau: new Tensor('float32', floats(tau, 1, 0.5), [padded]),
    });
    value.set((made.value!.data as Float32Array).subarray(0, end - first), first);
    slope.set((made.slope!.data as Float32Array).subarray(0, end - first), first);
  }
  return { value, slope };
}

async function runGraph(
  graph: OpenedGraph,
  { source }: Bundle,
  feeds: Tensors,
  fetches?: Tensors,
): Promise<Tensors> {
  try {
    return await graph.run(feeds, fetches);
  } catch (error) {
    throw new RunError(`${source}: ONNX Runtime failed: ${(error as Error).message}`, { cause: error });
  }
}

/** ONNX Runtime takes no tensors over memory that threads share. */
function isOwn({ buffer }: Float32Array): boolean {
  return Object.prototype.toString.call(buffer) === '[object ArrayBuffer]';
}

/** Asynchronous work one piece after the other: a piece starts when those before it are done, whether or not they failed. */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
