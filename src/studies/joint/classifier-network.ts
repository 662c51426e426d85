/**
 * A small network that tells the PIT of true jets from uniform numbers: smooth dependences.
 *
 *     h_1 = leaky(W_1 v + b_1),  h_2 = leaky(W_2 h_1 + b_2),  logit = w · h_2 + b;   loss: cross entropy
 *
 * v = (x, 2 u - 1, normal quantile of u): the last show the tails. The uniform numbers are drawn afresh in every epoch,
 * so only the true PITs can be learnt by heart. The rate falls to zero along a cosine.
 */
import type { Generator } from '../../stats/generator.js';
import { normalQuantile } from '../../stats/normal.js';
import { PIT_COUNT, type PitClassifier, type PitScore, uniformPits } from './classifier.js';
import { activate, adam, backward, deactivate, forward, makeLayer } from './dense-layers.js';
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
  const first = makeLayer(INPUTS, width, BATCH, generator);
  const second = makeLayer(width, width, BATCH, generator);
  const last = makeLayer(width, 1, BATCH, generator);
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
