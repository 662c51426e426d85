import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/random/generator.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { tarp } from '../../../src/studies/joint/tarp.js';

const SAMPLES = 20;

/** True targets normal with mean 2 x_k and width exp(x_0 / 2); samples likewise, each changed by `fault`. */
function made(count: number, seed: number, fault: (value: number, x: Float32Array, k: number) => number) {
  const generator = makeGenerator(seed, 80);
  const features = Float32Array.from({ length: 4 * count }, generator.normal);
  const draw = (jet: number, k: number) =>
    2 * features[4 * jet + k] + Math.exp(features[4 * jet] / 2) * generator.normal();
  const truth = Float32Array.from({ length: 4 * count }, (_, i) => draw(i >> 2, i % 4));
  const samples = Float32Array.from({ length: 4 * count * SAMPLES }, (_, i) => {
    const jet = Math.floor(i / (4 * SAMPLES));
    return fault(draw(jet, i % 4), features.subarray(4 * jet, 4 * jet + 4), i % 4);
  });
  return { truth, samples, features };
}

test('p-values of a right model are uniform (false alarm 1 in 1000)', () => {
  const pValues = Array.from({ length: 200 }, (_, i) => {
    const { truth, samples, features } = made(60, i, (value) => value);
    return tarp(truth, samples, features, i).pValue;
  });
  expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
});

test('finds samples that are 15 % too wide', () => {
  const { truth, samples, features } = made(4000, 1, (value, x, k) => 2 * x[k] + 1.15 * (value - 2 * x[k]));
  const found = tarp(truth, samples, features, 1);
  expect(found.pValue).toBeLessThan(1e-3);
  expect(found.samples).toBe(15);
  expect(found.difference).toHaveLength(99);
});

test('finds a bias that depends on x and cancels over all jets', () => {
  const { truth, samples, features } = made(4000, 2, (value, x) => value + 0.3 * Math.exp(x[0] / 2) * x[0]);
  expect(tarp(truth, samples, features, 1).pValue).toBeLessThan(1e-3);
});
