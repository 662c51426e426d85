/** Properties of every network, on every backend that is installed. */
import { afterAll, describe, expect, test } from '@jest/globals';
import type { NetworkSpec, Weights } from '../../../src/model/network-spec.js';
import { parameterCount } from '../../../src/model/network-spec.js';
import { BACKENDS, type Backend, loadBackend } from '../../../training/backend.js';
import { type Batch, targetOf } from '../../../training/batch.js';
import { regularisedLoss } from '../../../training/loss.js';
import { createNetwork } from '../../../training/networks/create.js';
import { loadNetwork } from '../../../training/networks/load.js';
import { weightViews } from '../../../training/parameters.js';
import { coordinateSlope } from '../../../training/tau.js';
import { naiveStep } from '../../naive-network.js';
import { EVERY_NETWORK, numbers, someBatch, someParameters } from './every-network.js';

const ROWS = 8;
/** Float32 through a few layers of order 1. */
const ROUNDING = 2e-6;

const backends: Backend[] = [];
for (const name of BACKENDS) {
  const backend = await loadBackend(name).catch(() => undefined);
  if (backend) backends.push(backend);
  else process.stderr.write(`network.test: ${name} is not installed here; its tests do not run\n`);
}

describe.each(backends)('$name', ({ kernels }) => {
  describe.each(Object.entries(EVERY_NETWORK))('%s', (_, spec) => {
    const parameters = someParameters(spec);
    const batch = someBatch(spec, ROWS);

    test('quantile and slope are those of the plain loops', () => {
      const network = createNetwork(spec, kernels);
      const { quantile, slope } = network.forward(parameters, batch);
      for (let row = 0; row < ROWS; row++) {
        const expected = naiveRow(spec, weightViews(spec, parameters), batch, row);
        expect(Math.abs(quantile[row]! - expected.value)).toBeLessThan(ROUNDING);
        const along = expected.slope / coordinateSlope(spec.tauInput, batch.tau[row]!);
        expect(Math.abs(slope[row]! - along)).toBeLessThan(ROUNDING);
      }
      network.release();
    });

    test('quantiles at several tau are those of single rows', () => {
      const network = createNetwork(spec, kernels);
      const targets = numbers(12, 3);
      const inputs = numbers(3 * spec.inputs, 2);
      const seen: number[] = [];
      network.quantiles(parameters, inputs, targets, [0.1, 0.9], (tau, { quantile, slope }) => {
        seen.push(tau);
        for (let row = 0; row < 12; row++) {
          const jet = row >>> 2;
          const expected = naiveStep(
            spec,
            weightViews(spec, parameters),
            inputs.subarray(jet * spec.inputs, (jet + 1) * spec.inputs),
            row & 3,
            targets.subarray(jet * 4, jet * 4 + 3),
            tau,
          );
          expect(Math.abs(quantile[row]! - expected.value)).toBeLessThan(ROUNDING);
          const along = expected.slope / coordinateSlope(spec.tauInput, tau);
          expect(Math.abs(slope[row]! - along)).toBeLessThan(ROUNDING);
        }
      });
      expect(seen).toEqual([0.1, 0.9]);
      expect(kernels.held).toBe(0);
    });

    test('the gradient is that of finite differences of the plain loops', () => {
      const network = createNetwork(spec, kernels);
      const gradient = lossGradient(network, parameters, batch);
      expect(kernels.held).toBe(0);
      const expected = finiteDifferences(spec, parameters, batch);
      for (let i = 0; i < parameters.length; i++)
        expect(Math.abs(gradient[i]! - expected[i]!)).toBeLessThan(2e-6);
    });

    test('loaded, a network answers single rows', async () => {
      const loaded = await loadNetwork(spec, weightViews(spec, parameters), {
        ...backends[0]!,
        kernels,
      });
      const steps = Uint8Array.of(3, 0, 1);
      const inputs = numbers(3 * spec.inputs, 6);
      const known = numbers(9, 7);
      const tau = Float32Array.of(0.02, 0.5, 0.97);
      const { quantile, slope } = loaded.evaluate(inputs, steps, known, tau);
      for (let row = 0; row < 3; row++) {
        const expected = naiveStep(
          spec,
          weightViews(spec, parameters),
          inputs.subarray(row * spec.inputs, (row + 1) * spec.inputs),
          steps[row]!,
          known.subarray(3 * row, 3 * row + 3),
          tau[row]!,
        );
        expect(Math.abs(quantile[row]! - expected.value)).toBeLessThan(ROUNDING);
        // The slope by tau is 50 times that by logit tau at the ends.
        expect(Math.abs(slope[row]! - expected.slope)).toBeLessThan(50 * ROUNDING);
      }
      expect(kernels.held).toBe(0);
    });
  });
});

/** The paper's and the shipped default network: the first step of training on both backends. */
const FULL_SIZE: Record<string, NetworkSpec> = {
  paper: { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'affine' },
  amortised: {
    kind: 'amortised',
    inputs: 4,
    trunk: [64, 64, 64],
    head: [24, 24, 24],
    slope: 0.3,
    tauInput: 'logit',
    centreAndWidth: true,
  },
};
if (backends.length > 1) {
  test.each(Object.entries(FULL_SIZE))(
    'the first step of %s is the same on every backend to 1e-4',
    (_, spec: NetworkSpec) => {
      const parameters = someParameters(spec);
      const batch = someBatch(spec, 256);
      const [first, second] = backends.map(({ kernels }) =>
        lossGradient(createNetwork(spec, kernels), parameters, batch),
      );
      const largest = first!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      let difference = 0;
      for (let i = 0; i < first!.length; i++)
        difference = Math.max(difference, Math.abs(first![i]! - second![i]!) / largest);
      expect(difference).toBeLessThan(1e-4);
    },
  );
}

afterAll(() => {
  for (const { kernels } of backends) kernels.release();
});

function lossGradient(
  network: ReturnType<typeof createNetwork>,
  parameters: Float32Array,
  batch: Batch,
): Float32Array {
  const quantileGradient = new Float32Array(batch.rows);
  const slopeGradient = new Float32Array(batch.rows);
  regularisedLoss(batch, network.forward(parameters, batch), LAMBDA, quantileGradient, slopeGradient);
  const gradient = new Float32Array(parameterCount(network.spec));
  network.backward(quantileGradient, slopeGradient, gradient);
  return gradient;
}

/** Large, so that the penalty's part of the gradient is seen. */
const LAMBDA = 10;

const known = new Map<NetworkSpec, Float64Array>();

/** By every parameter of these small networks, in float64: no rounding, and a step that crosses no kink. */
function finiteDifferences(spec: NetworkSpec, parameters: Float32Array, batch: Batch): Float64Array {
  const found = known.get(spec);
  if (found) return found;
  const doubles = Float64Array.from(parameters);
  const weights = weightViews(spec, doubles as unknown as Float32Array);
  const step = 1e-7;
  const differences = doubles.map((value, i) => {
    const at = (moved: number) => {
      doubles[i] = moved;
      return naiveLoss(spec, weights, batch);
    };
    const difference = (at(value + step) - at(value - step)) / (2 * step);
    doubles[i] = value;
    return difference;
  });
  known.set(spec, differences);
  return differences;
}

function naiveRow(spec: NetworkSpec, weights: Weights, batch: Batch, row: number) {
  const jet = batch.jets === batch.rows ? row : row >>> 2;
  return naiveStep(
    spec,
    weights,
    batch.inputs.subarray(jet * spec.inputs, (jet + 1) * spec.inputs),
    batch.steps[row]!,
    batch.targets.subarray(jet * 4, jet * 4 + 3),
    batch.tau[row]!,
  );
}

function naiveLoss(spec: NetworkSpec, weights: Weights, batch: Batch): number {
  let loss = 0;
  for (let row = 0; row < batch.rows; row++) {
    const { value, slope } = naiveRow(spec, weights, batch, row);
    const tau = batch.tau[row]!;
    const error = targetOf(batch, row) - value;
    const along = slope / coordinateSlope(spec.tauInput, tau);
    loss +=
      batch.weights![row]! * (Math.max(tau * error, (tau - 1) * error) + LAMBDA * Math.min(along, 0) ** 2);
  }
  return loss / batch.rows;
}
