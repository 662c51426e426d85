import { describe, expect, test } from '@jest/globals';
import type { AmortisedSpec } from '../../src/model/network-spec.js';
import { loadBackend } from '../../training/backend.js';
import { createBatch } from '../../training/batch.js';
import { draw } from '../../training/draws.js';
import { monotoneFold } from '../../training/monotone.js';
import { createNetwork } from '../../training/networks/create.js';
import { initialParameters, weightViews } from '../../training/parameters.js';
import { numbers } from './networks/every-network.js';

const { kernels } = await loadBackend('plain');

describe.each([
  ['logit, centre and width', { tauInput: 'logit', centreAndWidth: true, head: [9, 8, 7] }],
  ['both', { tauInput: 'both', centreAndWidth: false, head: [6, 5] }],
  ['affine, narrow', { tauInput: 'affine', centreAndWidth: true, head: [1, 2] }],
] as const)('%s', (_, given) => {
  const spec: AmortisedSpec = { kind: 'amortised', inputs: 4, trunk: [8], slope: 0.3, ...given };
  const fold = monotoneFold(spec);
  const count = initialParameters(spec, 1).length;

  test('quantiles rise with tau for any parameters', () => {
    const network = createNetwork(spec, kernels);
    for (let trial = 0; trial < 10; trial++) {
      const weights = new Float32Array(count);
      fold.fold(
        numbers(count, 100 + trial).map((value) => 3 * value),
        weights,
      );
      const batch = createBatch(400, 4, true, false);
      batch.inputs.set(numbers(batch.inputs.length, 1));
      batch.targets.set(numbers(batch.targets.length, 2).map((value) => 3 * value));
      draw('tau', batch.tau, trial, 0);
      const { slope } = network.forward(weights, batch);
      expect(Math.min(...slope)).toBeGreaterThanOrEqual(0);
      network.release();
    }
  });

  test('it bends both ways: convex and concave units', () => {
    if (spec.head[0]! < 5) return;
    const signs = new Set<number>();
    const weights = new Float32Array(count);
    fold.fold(numbers(count, 7), weights);
    const { values } = weightViews(spec, weights)['output/kernel']!;
    for (const value of values.subarray(Math.round(values.length / 3))) signs.add(Math.sign(value));
    expect([...signs].sort()).toEqual([-1, 1]);
  });

  test('the gradient by the parameters is that of finite differences of the fold', () => {
    const parameters = numbers(count, 3);
    const byWeights = numbers(count, 4);
    const gradient = byWeights.slice();
    fold.gradient(parameters, gradient);
    const step = 1e-3;
    const [above, below] = [new Float32Array(count), new Float32Array(count)];
    fold.fold(
      parameters.map((value) => value + step),
      above,
    );
    fold.fold(
      parameters.map((value) => value - step),
      below,
    );
    // V² has no third derivative: what is left is the rounding of float32, 1e-7 over the step.
    for (let i = 0; i < count; i++)
      expect(gradient[i]! / byWeights[i]!).toBeCloseTo((above[i]! - below[i]!) / (2 * step), 3);
  });

  test('unfolded and folded, weights keep their sizes', () => {
    const initial = initialParameters(spec, 5);
    const parameters = initial.slice();
    fold.unfold(parameters);
    const weights = new Float32Array(count);
    fold.fold(parameters, weights);
    for (let i = 0; i < count; i++)
      if (weights[i] !== 0) expect(Math.abs(weights[i]!)).toBeCloseTo(Math.abs(initial[i]!), 6);
  });
});
