/**
 * What the machine can do at most, measured in the same run as what is held against it.
 *
 * Arithmetic: ONNX Runtime's own float32 product of two 1024 × 1024 matrices, 2^30 fused multiplications and additions.
 * Node has no nearer way to the processor's FMA units without a compiler: WebAssembly's SIMD multiplies and adds in two
 * steps, 128 bits at a time. This kernel is written by hand for each instruction set; the matrices (4 MiB each) are
 * large enough for its overheads to vanish and small enough for the caches. It is also the code that computes
 * the networks, so that a share of it tells what their small matrices, activations and copying cost, and nothing else.
 *
 * Memory: a copy of 128 MiB to another 128 MiB, larger than any cache, counted as read once and written once, as
 * STREAM's Copy counts (McCalpin 1995). One thread copies, whatever the number of cores: a lower bound for several.
 */
import * as ort from 'onnxruntime-node';
import '../src/model/no-telemetry.js';
import { DATA_TYPE, encodeModel } from '../src/model/onnx-proto.js';
import { quantiles } from '../src/stats/quantile.js';

export interface Ceilings {
  /** Fused multiplications and additions of float32 a second, on all cores asked for together. */
  readonly fmaPerSecond: number;
  /** Bytes read and written in main memory a second, by one thread. */
  readonly bytesPerSecond: number;
}

export interface Roofline {
  /** Measures now, for about half a second. @param threads cores that multiply. */
  ceilings(threads: number): Promise<Ceilings>;
  close(): Promise<void>;
}

/** Rows and columns of the matrices. */
const SIZE = 1024;
const COPIED_BYTES = 2 ** 27;
const SECONDS = 0.25;

/** Makes what is measured with; each ceiling is measured anew whenever it is asked for. */
export async function openRoofline(): Promise<Roofline> {
  const sessions = new Map<number, ort.InferenceSession>();
  const left = new ort.Tensor(new Float32Array(SIZE * SIZE).fill(0.5), [SIZE, SIZE]);
  const product = new ort.Tensor(new Float32Array(SIZE * SIZE), [SIZE, SIZE]);
  const from = new Float64Array(COPIED_BYTES / 8).fill(1);
  const to = new Float64Array(COPIED_BYTES / 8);

  async function session(threads: number): Promise<ort.InferenceSession> {
    const known = sessions.get(threads);
    if (known) return known;
    const opened = await ort.InferenceSession.create(productModel(), {
      intraOpNumThreads: threads,
      // Idle threads would spin on into the turn of the contestant that comes next.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    sessions.set(threads, opened);
    return opened;
  }

  return {
    async ceilings(threads) {
      const matrices = await session(threads);
      await matrices.run({ left }, { product });
      const multiplying = await secondsPerCall(() => matrices.run({ left }, { product }));
      // 1024 products of 0.5 and 0.25.
      if (product.data[SIZE + 1] !== SIZE * 0.125) throw new Error('the product of the matrices is wrong');
      const copying = await secondsPerCall(() => to.set(from));
      return { fmaPerSecond: SIZE ** 3 / multiplying, bytesPerSecond: (2 * COPIED_BYTES) / copying };
    },
    async close() {
      for (const opened of sessions.values()) await opened.release();
      sessions.clear();
    },
  };
}

/** The median duration of a call, over a quarter of a second of calls. */
async function secondsPerCall(call: () => unknown): Promise<number> {
  const durations: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    const start = performance.now();
    await call();
    durations.push((performance.now() - start) / 1000);
  }
  return quantiles(durations, [0.5])[0];
}

/** product = left · right, with `right` a constant, as a network's weights are. */
function productModel(): Uint8Array {
  const right = new Float32Array(SIZE * SIZE).fill(0.25);
  const matrix = (name: string) => ({
    name,
    type: { tensorType: { elemType: DATA_TYPE.float, shape: { dims: [{ value: SIZE }, { value: SIZE }] } } },
  });
  return encodeModel({
    irVersion: 10,
    producerName: 'jet-iqn bench',
    producerVersion: '',
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: [],
    graph: {
      name: 'product',
      nodes: [
        {
          name: '',
          opType: 'MatMul',
          domain: '',
          inputs: ['left', 'right'],
          outputs: ['product'],
          attributes: [],
        },
      ],
      initializers: [
        {
          name: 'right',
          dims: [SIZE, SIZE],
          dataType: DATA_TYPE.float,
          rawData: new Uint8Array(right.buffer),
        },
      ],
      inputs: [matrix('left')],
      outputs: [matrix('product')],
    },
  });
}
