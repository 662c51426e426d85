/**
 * Dense layers in plain loops: forward, backward, and Adam (Kingma, Ba, arXiv 1412.6980) with decoupled weight decay
 * (Loshchilov, Hutter, arXiv 1711.05101).
 */
import type { Generator } from '../../stats/generator.js';

/** Slope of the activation below zero. */
export const SLOPE = 0.1;

/** Weights [inputs + 1, outputs] row-major, the last row being the biases. */
export interface Layer {
  readonly inputs: number;
  readonly width: number;
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
  readonly momentum: Float32Array;
  readonly square: Float32Array;
  /** Of the rows last seen, [most rows, width], and the loss's slopes with respect to them. */
  readonly outputs: Float32Array;
  readonly slopes: Float32Array;
}

/** He initialisation. @param mostRows of a batch. */
export function makeLayer(inputs: number, width: number, mostRows: number, generator: Generator): Layer {
  const count = (inputs + 1) * width;
  const scale = Math.sqrt(2 / inputs);
  return {
    inputs,
    width,
    weights: Float32Array.from({ length: count }, (_, i) =>
      i < inputs * width ? scale * generator.normal() : 0,
    ),
    gradient: new Float32Array(count),
    momentum: new Float32Array(count),
    square: new Float32Array(count),
    outputs: new Float32Array(mostRows * width),
    slopes: new Float32Array(mostRows * width),
  };
}

/**
 * outputs = values · W + b, four columns at a time in registers. Each sum keeps its order and is rounded to float32 at
 * every step, so scores are the same to the last bit as by plain loops.
 */
export function forward(
  { inputs, width, weights, outputs }: Layer,
  values: Float32Array,
  rows: number,
): void {
  const bias = inputs * width;
  const fours = width - (width % 4);
  for (let row = 0; row < rows; row++) {
    const from = row * inputs;
    const out = row * width;
    for (let j = 0; j < fours; j += 4) {
      let a = weights[bias + j];
      let b = weights[bias + j + 1];
      let c = weights[bias + j + 2];
      let d = weights[bias + j + 3];
      for (let i = 0, at = j; i < inputs; i++, at += width) {
        const value = values[from + i];
        a = Math.fround(a + value * weights[at]);
        b = Math.fround(b + value * weights[at + 1]);
        c = Math.fround(c + value * weights[at + 2]);
        d = Math.fround(d + value * weights[at + 3]);
      }
      outputs[out + j] = a;
      outputs[out + j + 1] = b;
      outputs[out + j + 2] = c;
      outputs[out + j + 3] = d;
    }
    for (let j = fours; j < width; j++) {
      let sum = weights[bias + j];
      for (let i = 0, at = j; i < inputs; i++, at += width)
        sum = Math.fround(sum + values[from + i] * weights[at]);
      outputs[out + j] = sum;
    }
  }
}

/** gradient = valuesᵀ · slopes, and the slopes of the layer below = slopes · Wᵀ. */
export function backward(
  { inputs, width, weights, gradient, slopes }: Layer,
  values: Float32Array,
  below: Float32Array | undefined,
  rows: number,
): void {
  gradient.fill(0);
  const bias = inputs * width;
  for (let row = 0; row < rows; row++) {
    const out = row * width;
    for (let j = 0; j < width; j++) gradient[bias + j] += slopes[out + j];
    for (let i = 0; i < inputs; i++) {
      const value = values[row * inputs + i];
      const from = i * width;
      let sum = 0;
      for (let j = 0; j < width; j++) {
        const slope = slopes[out + j];
        gradient[from + j] += value * slope;
        sum += slope * weights[from + j];
      }
      if (below) below[row * inputs + i] = sum;
    }
  }
}

/** LeakyReLU, in place. */
export function activate(values: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) if (values[i] < 0) values[i] *= SLOPE;
}

/** Slopes with respect to activated values become those with respect to what they were: an activated value has the sign that it had before. */
export function deactivate({ outputs, slopes }: Layer, count: number): void {
  for (let i = 0; i < count; i++) if (outputs[i] < 0) slopes[i] *= SLOPE;
}

/** @param step from 1 on. @param decay of the weights, times the rate. */
export function adam(
  { weights, gradient, momentum, square }: Layer,
  step: number,
  rate: number,
  decay: number,
): void {
  const [beta1, beta2] = [0.9, 0.999];
  const scale = rate / (1 - beta1 ** step);
  const unbias = 1 / (1 - beta2 ** step);
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i];
    momentum[i] = beta1 * momentum[i] + (1 - beta1) * g;
    square[i] = beta2 * square[i] + (1 - beta2) * g * g;
    weights[i] -= (scale * momentum[i]) / (Math.sqrt(square[i] * unbias) + 1e-8) + rate * decay * weights[i];
  }
}
