/**
 * A small network that tells the PIT of true jets from uniform numbers: smooth dependences, in plain loops.
 *
 *     h_1 = leaky(W_1 v + b_1),  h_2 = leaky(W_2 h_1 + b_2),  logit = w · h_2 + b;   loss: cross entropy
 *
 * v = (x, 2 u - 1, normal quantile of u): the last show the tails. The uniform numbers are drawn afresh in every epoch,
 * so only the true PITs can be learnt by heart. Adam (Kingma, Ba, arXiv 1412.6980) with decoupled weight decay
 * (Loshchilov, Hutter, arXiv 1711.05101) and a rate that falls to zero along a cosine; He initialisation.
 */
import type { Generator } from '../../random/generator.js';
import { normalQuantile } from '../../stats/normal.js';
import { PIT_COUNT, type PitClassifier, type PitScore, uniformPits } from './classifier.js';
import { FEATURE_COUNT } from './jet-features.js';

export interface NetworkOptions {
  readonly width: number;
  readonly epochs: number;
  readonly rate: number;
  readonly decay: number;
}

export const NETWORK_OPTIONS: NetworkOptions = { width: 24, epochs: 10, rate: 3e-3, decay: 0.02 };

/** Rows a step. */
const BATCH = 256;
/** Slope of the activation below zero. */
const SLOPE = 0.1;
const INPUTS = FEATURE_COUNT + 2 * PIT_COUNT;

export function networkClassifier(options: NetworkOptions = NETWORK_OPTIONS): PitClassifier {
  return {
    name: 'network',
    train(features, pits, generator) {
      const network = makeNetwork(options.width, generator);
      const jets = pits.length / PIT_COUNT;
      const half = Math.min(BATCH / 2, jets);
      const steps = options.epochs * Math.floor(jets / half);
      const order = Uint32Array.from({ length: jets }, (_, i) => i);
      const batch = new Float32Array(2 * half * INPUTS);
      for (let step = 0, next = jets; step < steps; step++, next += half) {
        if (next + half > jets) {
          shuffle(order, generator);
          next = 0;
        }
        const negatives = uniformPits(half, generator);
        for (let row = 0; row < half; row++) {
          const jet = order[next + row];
          fillRow(batch, row, features, jet, pits, jet);
          fillRow(batch, half + row, features, jet, negatives, row);
        }
        const rate = 0.5 * options.rate * (1 + Math.cos((Math.PI * step) / steps));
        network.learn(batch, half, rate, options.decay);
      }
      return scorer(network);
    },
  };
}

interface Network {
  /** One step on a batch [rows, INPUTS] whose first half is of class 1. */
  learn(batch: Float32Array, half: number, rate: number, decay: number): void;
  /** Logits of `rows` rows. */
  score(batch: Float32Array, rows: number): Float32Array;
}

function makeNetwork(width: number, generator: Generator): Network {
  const first = makeLayer(INPUTS, width, generator);
  const second = makeLayer(width, width, generator);
  const last = makeLayer(width, 1, generator);
  const layers = [first, second, last];
  let steps = 0;
  const score = (batch: Float32Array, rows: number) => {
    forward(first, batch, rows);
    activate(first.outputs, rows * width);
    forward(second, first.outputs, rows);
    activate(second.outputs, rows * width);
    forward(last, second.outputs, rows);
    return last.outputs;
  };
  return {
    score,
    learn(batch, half, rate, decay) {
      const rows = 2 * half;
      const logits = score(batch, rows);
      for (let row = 0; row < rows; row++) {
        last.slopes[row] = (1 / (1 + Math.exp(-logits[row])) - (row < half ? 1 : 0)) / rows;
      }
      backward(last, second.outputs, second.slopes, rows);
      deactivate(second, rows * width);
      backward(second, first.outputs, first.slopes, rows);
      deactivate(first, rows * width);
      backward(first, batch, undefined, rows);
      steps++;
      for (const layer of layers) adam(layer, steps, rate, decay);
    },
  };
}

/** Weights [inputs + 1, outputs] row-major, the last row being the biases. */
interface Layer {
  readonly inputs: number;
  readonly width: number;
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
  readonly momentum: Float32Array;
  readonly square: Float32Array;
  /** Of the rows last seen, [BATCH, width], and the loss's slopes with respect to them. */
  readonly outputs: Float32Array;
  readonly slopes: Float32Array;
}

function makeLayer(inputs: number, width: number, generator: Generator): Layer {
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
    outputs: new Float32Array(BATCH * width),
    slopes: new Float32Array(BATCH * width),
  };
}

/**
 * outputs = values · W + b, four columns at a time in registers. Each sum keeps its order and is rounded to float32 at
 * every step, so scores are the same to the last bit as by plain loops.
 */
function forward({ inputs, width, weights, outputs }: Layer, values: Float32Array, rows: number): void {
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
function backward(
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

function activate(values: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) if (values[i] < 0) values[i] *= SLOPE;
}

/** An activated value has the sign that it had before. */
function deactivate({ outputs, slopes }: Layer, count: number): void {
  for (let i = 0; i < count; i++) if (outputs[i] < 0) slopes[i] *= SLOPE;
}

function adam({ weights, gradient, momentum, square }: Layer, step: number, rate: number, decay: number) {
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

function scorer(network: Network): PitScore {
  const batch = new Float32Array(BATCH * INPUTS);
  return (features, pits, scores) => {
    for (let first = 0; first < scores.length; first += BATCH) {
      const rows = Math.min(BATCH, scores.length - first);
      for (let row = 0; row < rows; row++) fillRow(batch, row, features, first + row, pits, first + row);
      scores.set(network.score(batch, rows).subarray(0, rows), first);
    }
  };
}

/** Normal quantiles of u are cut at ±5. */
const LARGEST_QUANTILE = 5;

function fillRow(
  batch: Float32Array,
  row: number,
  features: Float32Array,
  featureRow: number,
  pits: Float32Array,
  pitRow: number,
): void {
  const at = row * INPUTS;
  for (let k = 0; k < FEATURE_COUNT; k++) batch[at + k] = features[FEATURE_COUNT * featureRow + k];
  for (let k = 0; k < PIT_COUNT; k++) {
    const u = pits[PIT_COUNT * pitRow + k];
    batch[at + FEATURE_COUNT + k] = 2 * u - 1;
    batch[at + FEATURE_COUNT + PIT_COUNT + k] = Math.max(
      -LARGEST_QUANTILE,
      Math.min(LARGEST_QUANTILE, quickNormalQuantile(u)),
    );
  }
}

const QUANTILE_STEPS = 4096;
const quantileTable = Float32Array.from({ length: QUANTILE_STEPS + 1 }, (_, i) =>
  Math.max(-LARGEST_QUANTILE, Math.min(LARGEST_QUANTILE, normalQuantile(i / QUANTILE_STEPS))),
);

/** Interpolated: 1e-3 wrong except in the outermost of 4096 intervals, which no classifier minds. */
function quickNormalQuantile(u: number): number {
  const place = u * QUANTILE_STEPS;
  const index = Math.min(QUANTILE_STEPS - 1, Math.floor(place));
  return quantileTable[index] + (place - index) * (quantileTable[index + 1] - quantileTable[index]);
}

/** Fisher and Yates. */
function shuffle(order: Uint32Array, generator: Generator): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
}
