/** Steps that follow the likelihood: found and differentiated as plain loops do it, and worth something. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type NetworkSpec, parameterCount, type Weights } from '../../src/model/network-spec.js';
import { BACKENDS, type Backend, loadBackend } from '../../training/backend.js';
import { type Batch, targetOf } from '../../training/batch.js';
import { readCheckpoint } from '../../training/checkpoint.js';
import { readMetrics } from '../../training/metrics.js';
import { createNetwork } from '../../training/networks/create.js';
import { trainingOptions } from '../../training/options.js';
import { weightViews } from '../../training/parameters.js';
import { likelihoodLoss } from '../../training/refine.js';
import { KNOT_COUNT, knotLogit, splineLikelihood } from '../../training/spline-likelihood.js';
import { naiveStep } from '../naive-network.js';
import { EVERY_NETWORK, numbers, someBatch, someParameters } from './networks/every-network.js';
import { trainSmall } from './small-run.js';

const ROWS = 8;
const LAMBDA = 2;
const OFFSETS = numbers(ROWS, 9).map((value) => value / 2);

const backends: Backend[] = [];
for (const name of BACKENDS) {
  const backend = await loadBackend(name).catch(() => undefined);
  if (backend) backends.push(backend);
  else process.stderr.write(`refine.test: ${name} is not installed here; it is not tested\n`);
}
const amortised = Object.entries(EVERY_NETWORK).filter(([, spec]) => spec.kind === 'amortised');

describe.each(backends)('$name', ({ kernels }) => {
  test.each(amortised)('%s: loss and gradient are those of plain loops over every knot', (_, spec) => {
    const parameters = someParameters(spec);
    const batch = someBatch(spec, ROWS);
    const network = createNetwork(spec, kernels);
    const gradient = new Float32Array(parameterCount(spec));
    const found = likelihoodLoss(network, parameters, batch, OFFSETS, LAMBDA, gradient);
    expect(kernels.held).toBe(0);
    const alone = likelihoodLoss(network, parameters, batch, OFFSETS, LAMBDA);
    expect(alone).toEqual(found);
    expect(kernels.held).toBe(0);

    const doubles = Float64Array.from(parameters);
    const weights = weightViews(spec, doubles as unknown as Float32Array);
    const segments = Array.from({ length: ROWS }, (_, row) => lastKnotBelow(spec, weights, batch, row));
    expect(new Set(segments).size).toBeGreaterThan(1);
    const total = () => naiveLoss(spec, weights, batch, segments);
    const { loss, penalty } = total();
    expect(Math.abs(found.likelihood! - loss)).toBeLessThan(2e-5);
    expect(Math.abs(found.penalty - penalty)).toBeLessThan(2e-5);
    const step = 1e-7;
    doubles.forEach((value, i) => {
      // Every second weight of the head and every tenth of the trunk's: each kind is among them, and the loops are slow.
      if (i % (i < doubles.length / 2 ? 10 : 2) !== 0) return;
      doubles[i] = value + step;
      const up = total();
      doubles[i] = value - step;
      const down = total();
      doubles[i] = value;
      const expected = (up.loss - down.loss + LAMBDA * (up.penalty - down.penalty)) / (2 * step);
      expect(Math.abs(gradient[i]! - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
    });
  });
});

test('the paper’s network is not refined', () => {
  expect(() => trainingOptions({ task: 'simulation', network: 'paper', refine: 1 })).toThrow(
    /--refine needs/,
  );
  expect(trainingOptions({ task: 'simulation', network: 'paper' }).refine).toBe(0);
});

describe('a run', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jet-iqn-refine-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('learns quantiles first, then gets likelier, and keeps the likeliest', async () => {
    const options = { epochs: 6, refine: 6, ema: 0.9, learningRate: 0.01, refineRate: 0.005 };
    const { state, validation } = await trainSmall(folder, { jets: 1500, options });
    const lines = await readMetrics(folder);
    expect(lines.map(({ pinball }) => pinball !== null)).toEqual([
      ...Array(6).fill(true),
      ...Array(6).fill(false),
    ]);
    const likelihoods = lines.slice(6).map((line) => line.validation!.likelihood!);
    expect(likelihoods.at(-1)).toBeLessThan(likelihoods[0]!);
    expect(state.refined?.step).toBe(state.step / 2);
    expect(state.best!.likelihood).toBe(Math.min(...likelihoods));
    expect(validation.likelihood).toBeLessThan(likelihoods[0]! + 0.5);
    // It is no trade: the quantiles stay as good as they were.
    expect(lines.at(-1)!.validation!.sum).toBeLessThan(1.02 * lines[5]!.validation!.sum);
    expect((await readCheckpoint(folder, 'best')).state.step).toBeGreaterThan(state.refined!.step);
  });

  test('--patience ends the quantiles’ part, and then the likelihood’s', async () => {
    const still = { patience: 1, epochs: 200, refine: 200, learningRate: 1e-12, refineRate: 1e-12 };
    const { state } = await trainSmall(join(folder, 'still'), { jets: 100, options: still });
    expect(state.finished).toBe(true);
    expect(state.refined!.step).toBeLessThan(200);
    expect(state.epoch).toBeLessThan(200);
  });

  test('--max-time is shared out between the two parts', async () => {
    const options = { epochs: 1e5, refine: 1e5, maxSeconds: 1 };
    const { state } = await trainSmall(join(folder, 'timed'), { jets: 200, options });
    expect(state.finished).toBe(true);
    expect(state.refined!.seconds).toBeGreaterThan(0.4);
    expect(state.refined!.seconds).toBeLessThan(state.seconds);
  });
});

function naiveQuantile(spec: NetworkSpec, weights: Weights, batch: Batch, row: number, knot: number): number {
  const jet = row >>> 2;
  return naiveStep(
    spec,
    weights,
    batch.inputs.subarray(jet * spec.inputs, (jet + 1) * spec.inputs),
    row & 3,
    batch.targets.subarray(jet * 4, jet * 4 + 3),
    1 / (1 + Math.exp(-knotLogit(knot, OFFSETS[row]!))),
  ).value;
}

/** Where quantiles rise, the only knot below the target whose next lies above it. */
function lastKnotBelow(spec: NetworkSpec, weights: Weights, batch: Batch, row: number): number {
  const y = targetOf(batch, row);
  const quantiles = Array.from({ length: KNOT_COUNT }, (_, knot) =>
    naiveQuantile(spec, weights, batch, row, knot),
  );
  const rises = quantiles.every((value, knot) => knot === 0 || value >= quantiles[knot - 1]!);
  if (rises) return quantiles.filter((value) => value <= y).length - 1;
  // Where they do not, halving ends at some crossing of the target: the same one in float64.
  let [low, high] = [-1, KNOT_COUNT];
  for (let width = KNOT_COUNT + 1; width > 1; width = Math.ceil(width / 2)) {
    if (high - low <= 1) continue;
    const middle = (low + high) >> 1;
    if (quantiles[middle]! <= y) low = middle;
    else high = middle;
  }
  return low;
}

function naiveLoss(spec: NetworkSpec, weights: Weights, batch: Batch, segments: readonly number[]) {
  let loss = 0;
  let penalty = 0;
  for (let row = 0; row < ROWS; row++) {
    const near = [-1, 0, 1, 2].map((place) =>
      naiveQuantile(spec, weights, batch, row, segments[row]! + place),
    );
    const one = splineLikelihood(targetOf(batch, row), near, segments[row]!, OFFSETS[row]!, 0, {
      loss: 0,
      penalty: 0,
      gradient: new Float64Array(4),
    });
    loss += batch.weights![row]! * one.loss;
    penalty += batch.weights![row]! * one.penalty;
  }
  return { loss: loss / ROWS, penalty: penalty / ROWS };
}
