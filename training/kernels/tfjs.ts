/** Matrix operations by TensorFlow.js's public functions, on whichever backend it runs: plain JavaScript, mostly. */
import type * as Tfjs from '@tensorflow/tfjs-core';
import type { Kernels, Matrix } from './kernels.js';

class Handle implements Matrix {
  readonly rows: number;
  readonly columns: number;
  constructor(readonly tensor: Tfjs.Tensor2D) {
    [this.rows, this.columns] = tensor.shape;
  }
}

export function tfjsKernels(tf: typeof Tfjs): Kernels {
  const live: Tfjs.Tensor2D[] = [];
  const kept = (compute: () => Tfjs.Tensor2D): Matrix => {
    const tensor = tf.tidy(compute);
    live.push(tensor);
    return new Handle(tensor);
  };
  const of = (matrix: Matrix) => (matrix as Handle).tensor;
  return {
    upload: (values, rows, columns) => kept(() => tf.tensor2d(values, [rows, columns])),
    // A copy: the plain backend would hand out the array that later operations read.
    read: (matrix) => Float32Array.from(of(matrix).dataSync()),
    matMul: (a, b) => kept(() => tf.matMul(of(a), of(b))),
    matMulLeft: (a, b) => kept(() => tf.matMul(of(a), of(b), true, false)),
    matMulRight: (a, b) => kept(() => tf.matMul(of(a), of(b), false, true)),
    add: (a, b) => kept(() => tf.add(of(a), of(b))),
    leaky: (z, slope) => kept(() => tf.leakyRelu(of(z), slope)),
    leakyTimes: (v, z, slope) =>
      kept(() => tf.where(tf.greater(of(z), 0), of(v), tf.mul(of(v), slope)) as Tfjs.Tensor2D),
    columnSums: (a) => kept(() => tf.sum(of(a), 0, true) as Tfjs.Tensor2D),
    reshape: (a, rows, columns) => kept(() => tf.reshape(of(a), [rows, columns])),
    release(mark = 0) {
      tf.dispose(live.splice(mark));
    },
    get held() {
      return live.length;
    },
  };
}
