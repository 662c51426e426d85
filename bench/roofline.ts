/**
 * The arithmetic that the machine can do at most, measured in the same run as what is held against it: ONNX Runtime's own
 * float32 product of two 1024 × 1024 matrices, 2^30 fused multiplications and additions.
 *
 * Node has no nearer way to the processor's FMA units without a compiler: WebAssembly's SIMD multiplies and adds in two
 * steps, 128 bits at a time. This kernel is written by hand for each instruction set; the matrices (4 MiB each) are
 * large enough for its overheads to vanish and small enough for the caches. It is also the code that computes
 * the networks, so that a share of it tells what their small matrices, activations and copying cost, and nothing else.
 */
import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../export/onnx.js';
import '../src/engines/no-telemetry.js';
import { quantiles } from '../src/stats/quantile.js';

export interface Roofline {
  /** Multiply-adds of float32 a second, measured now, for a quarter of a second. @param threads cores that multiply. */
  peak(threads: number): Promise<number>;
  close(): Promise<void>;
}

/** Rows and columns of the matrices. */
const SIZE = 1024;
const SECONDS = 0.25;

export async function openRoofline(): Promise<Roofline> {
  const sessions = new Map<number, ort.InferenceSession>();
  const left = new ort.Tensor(new Float32Array(SIZE * SIZE).fill(0.5), [SIZE, SIZE]);
  const product = new ort.Tensor(new Float32Array(SIZE * SIZE), [SIZE, SIZE]);

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
    async peak(threads) {
      const matrices = await session(threads);
      await matrices.run({ left }, { product });
      const seconds: number[] = [];
      const end = performance.now() + SECONDS * 1000;
      while (performance.now() < end) {
        const start = performance.now();
        await matrices.run({ left }, { product });
        seconds.push((performance.now() - start) / 1000);
      }
      // 1024 products of 0.5 and 0.25.
      if (product.data[SIZE + 1] !== SIZE * 0.125) throw new Error('the product of the matrices is wrong');
      return SIZE ** 3 / quantiles(seconds, [0.5])[0];
    },
    async close() {
      for (const opened of sessions.values()) await opened.release();
      sessions.clear();
    },
  };
}

/** product = left · right, with `right` a constant, as a network's weights are. */
function productModel(): Uint8Array {
  const g = new GraphBuilder('product');
  const left = g.input('left', [SIZE, SIZE]);
  const right = g.floats('right', new Float32Array(SIZE * SIZE).fill(0.25), [SIZE, SIZE]);
  g.output('product', g.node('MatMul', [left, right], 'matrix'), [SIZE, SIZE]);
  return g.build();
}
