/** The gradient written by hand against TensorFlow.js's own automatic differentiation of the same loss. */
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import type * as Tfjs from '@tensorflow/tfjs-core';
import type { PaperSpec } from '../../src/model/network-spec.js';
import { BACKENDS, loadBackend } from '../../training/backend.js';
import { targetOf } from '../../training/batch.js';
import { regularisedLoss } from '../../training/loss.js';
import { createNetwork } from '../../training/networks/create.js';
import { weightViews } from '../../training/parameters.js';
import { someBatch, someParameters } from './networks/every-network.js';

const backend = await loadBackend();
/** Only the whole of TensorFlow.js, which comes with tfjs-node, differentiates by itself. */
const tf: typeof Tfjs | undefined =
  backend.name === BACKENDS[0] ? createRequire(import.meta.url)('@tensorflow/tfjs-node') : undefined;

const ROWS = 32;
const LAMBDA = 10;
const spec: PaperSpec = { kind: 'paper', inputs: 4, width: 10, depth: 3, slope: 0.3, tauInput: 'affine' };

test('of the regularised loss of the paper network, to 1e-6', () => {
  if (!tf) {
    process.stderr.write(
      'automatic-gradient.test: tfjs-node is not installed here; there is nothing to compare\n',
    );
    return;
  }
  const { kernels } = backend;
  const parameters = someParameters(spec);
  const batch = someBatch(spec, ROWS);
  const network = createNetwork(spec, kernels);
  const [byQuantile, bySlope] = [new Float32Array(ROWS), new Float32Array(ROWS)];
  const outputs = network.forward(parameters, batch);
  const { pinball, penalty } = regularisedLoss(batch, outputs, LAMBDA, byQuantile, bySlope);
  const gradient = new Float32Array(parameters.length);
  network.backward(byQuantile, bySlope, gradient);

  const features = Array.from({ length: ROWS }, (_, row) => {
    const step = batch.steps[row]!;
    return [
      ...batch.inputs.subarray(4 * row, 4 * row + 4),
      ...[0, 1, 2, 3].map((k) => Number(k === step)),
      ...[0, 1, 2].map((i) => (i < step ? batch.targets[4 * row + i]! : 0)),
      6 * batch.tau[row]! - 3,
    ];
  });
  const column = (values: ArrayLike<number>) => tf.tensor2d(Float32Array.from(values), [ROWS, 1]);
  const targets = column(Array.from({ length: ROWS }, (_, row) => targetOf(batch, row)));
  const [tau, weights] = [column(batch.tau), column(batch.weights!)];
  const loss = (...tensors: Tfjs.Tensor[]) => {
    let h: Tfjs.Tensor = tf.tensor2d(features);
    let g: Tfjs.Tensor = tf.tensor2d(features.map((row) => row.map((_, i) => (i === 11 ? 6 : 0))));
    for (let layer = 0; layer <= spec.depth; layer++) {
      const z = tf.add(tf.matMul(h, tensors[2 * layer]!), tensors[2 * layer + 1]!);
      const u = tf.matMul(g, tensors[2 * layer]!);
      if (layer === spec.depth) {
        [h, g] = [z, u];
        break;
      }
      // The derivative of the activation, a constant to the tape: tf.greater has no gradient.
      const factor = tf.tensor(
        Float32Array.from(z.dataSync(), (value) => (value > 0 ? 1 : spec.slope)),
        z.shape,
      );
      [h, g] = [tf.leakyRelu(z, spec.slope), tf.mul(u, factor)];
    }
    const error = tf.sub(targets, h);
    const plain = tf.maximum(tf.mul(tau, error), tf.mul(tf.sub(tau, 1), error));
    const falling = tf.square(tf.minimum(g, 0));
    return tf.mean(tf.mul(weights, tf.add(plain, tf.mul(falling, LAMBDA)))) as Tfjs.Scalar;
  };
  const views = Object.values(weightViews(spec, parameters));
  const { value, grads } = tf.valueAndGrads(loss)(
    views.map(({ shape, values }) => tf.tensor(values, [...shape])),
  );
  expect(value.dataSync()[0]).toBeCloseTo(pinball + LAMBDA * penalty, 5);
  const automatic = grads.flatMap((grad) => Array.from(grad.dataSync()));
  expect(automatic).toHaveLength(gradient.length);
  for (let i = 0; i < gradient.length; i++) expect(Math.abs(gradient[i]! - automatic[i]!)).toBeLessThan(1e-6);
});
