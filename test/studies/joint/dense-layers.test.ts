import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import {
  activate,
  adam,
  backward,
  deactivate,
  forward,
  type Layer,
  makeLayer,
} from '../../../src/studies/joint/dense-layers.js';

const ROWS = 5;
const generator = makeGenerator(1, 50);
const values = (count: number) => Float32Array.from({ length: count }, generator.normal);

/** A layer whose biases are not zero. */
function layer(inputs: number, width: number): Layer {
  const made = makeLayer(inputs, width, ROWS, generator);
  made.weights.set(values(width), inputs * width);
  return made;
}

/** Outputs by plain loops, rounded to float32 after every step. */
function naive({ inputs, width, weights }: Layer, batch: Float32Array): number[] {
  return Array.from({ length: ROWS * width }, (_, at) => {
    const [row, j] = [Math.floor(at / width), at % width];
    let sum = weights[inputs * width + j]!;
    for (let i = 0; i < inputs; i++)
      sum = Math.fround(sum + batch[row * inputs + i]! * weights[i * width + j]!);
    return sum;
  });
}

// Widths that are and that are no multiple of the four columns made at a time.
test.each([1, 3, 4, 6, 8])('%d outputs are those of plain loops, to the last bit', (width) => {
  const one = layer(7, width);
  const batch = values(7 * ROWS);
  forward(one, batch, ROWS);
  expect([...one.outputs]).toEqual(naive(one, batch));
});

test('a new layer has weights of variance 2 / inputs, and no bias', () => {
  const { weights } = makeLayer(100, 50, 1, generator);
  const kernel = weights.subarray(0, 5000);
  const variance = kernel.reduce((sum, weight) => sum + weight ** 2, 0) / kernel.length;
  // Relative standard error of a variance of 5000 numbers: 0.02; five of them.
  expect(Math.abs(variance / 0.02 - 1)).toBeLessThan(0.1);
  expect([...weights.subarray(5000)]).toEqual(new Array(50).fill(0));
});

test('the way back gives the slopes of the loss, as differences of it do', () => {
  const [first, last] = [layer(3, 6), layer(6, 1)];
  const batch = values(3 * ROWS);
  const target = values(ROWS);
  const run = () => {
    forward(first, batch, ROWS);
    activate(first.outputs, 6 * ROWS);
    forward(last, first.outputs, ROWS);
    return last.outputs.reduce((sum, output, row) => sum + (output - target[row]!) ** 2, 0);
  };
  run();
  last.slopes.set(last.outputs.map((output, row) => 2 * (output - target[row]!)));
  backward(last, first.outputs, first.slopes, ROWS);
  deactivate(first, 6 * ROWS);
  backward(first, batch, undefined, ROWS);
  for (const { weights, gradient } of [first, last]) {
    weights.forEach((weight, i) => {
      // Float32: a step of 1e-2 leaves about 1e-4 of the loss's rounding, and its curvature cancels.
      const [above, below] = [1e-2, -1e-2].map((step) => {
        weights[i] = weight + step;
        return run();
      });
      weights[i] = weight;
      expect(Math.abs((above! - below!) / 2e-2 - gradient[i]!)).toBeLessThan(
        5e-3 * Math.max(1, Math.abs(gradient[i]!)),
      );
    });
  }
});

test('Adam’s first step is the rate against each slope’s sign, and the decay', () => {
  const one = layer(2, 2);
  const before = one.weights.slice();
  one.gradient.set(values(6));
  adam(one, 1, 0.01, 0.1);
  one.weights.forEach((weight, i) => {
    const step = 0.01 * Math.sign(one.gradient[i]!) + 0.01 * 0.1 * before[i]!;
    expect(weight).toBeCloseTo(before[i]! - step, 6);
  });
});
