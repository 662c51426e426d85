import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { differenceBand } from '../../../src/studies/closure.js';
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
  expect(found.band).toEqual(differenceBand(4000));
});

test('finds a bias that depends on x and cancels over all jets', () => {
  const { truth, samples, features } = made(4000, 2, (value, x) => value + 0.3 * Math.exp(x[0] / 2) * x[0]);
  expect(tarp(truth, samples, features, 1).pValue).toBeLessThan(1e-3);
});

test.each([
  [20, 5],
  [40, 10],
  [8, 4],
  [10, 4],
])('of %i samples %i set the scale, and are not ranked', (samples, scaled) => {
  // Of each jet the first samples lie about 0, true value and the others at one far point: all of the ranked are equal.
  const count = 300;
  const generator = makeGenerator(5, 80);
  const features = Float32Array.from({ length: 4 * count }, generator.normal);
  const far = (i: number) => (i % 4 === 0 ? 40 : -30);
  const sampled = Float32Array.from({ length: 4 * count * samples }, (_, i) =>
    Math.floor(i / 4) % samples < scaled ? generator.normal() : far(i),
  );
  const found = tarp(
    Float32Array.from({ length: 4 * count }, (_, i) => far(i)),
    sampled,
    features,
    1,
  );
  expect(found.samples).toBe(samples - scaled);
  // Only ties decide: uniform (false alarm 1 in 1000).
  expect(found.pValue).toBeGreaterThan(0.001);
  // Were one of the ranked nearer, or the truth a little farther off, f would be at one end.
  const farther = Float32Array.from({ length: 4 * count }, (_, i) => 1.01 * far(i));
  const last = Math.ceil((100 * (samples - scaled)) / (samples - scaled + 1)) - 1;
  const { difference } = tarp(farther, sampled, features, 1);
  difference.slice(0, last).forEach((value, k) => {
    expect(value).toBeCloseTo(-(k + 1) / 100, 12);
  });
  const nearer = Float32Array.from({ length: 4 * count }, (_, i) => 0.99 * far(i));
  const first = Math.floor(100 / (samples - scaled + 1)) + 1;
  tarp(nearer, sampled, features, 1)
    .difference.slice(first)
    .forEach((value, k) => {
      expect(value).toBeCloseTo(1 - (first + k + 1) / 100, 12);
    });
});

test('a target that does not vary has no say', () => {
  const { truth, samples, features } = made(200, 7, (value) => value);
  const without = (values: Float32Array, other: number) =>
    values.map((value, i) => (i % 4 === 2 ? other : value));
  const alike = without(samples, 3);
  const found = tarp(without(truth, 3), alike, features, 2);
  expect(tarp(without(truth, 900), alike, features, 2)).toEqual(found);
  expect(found.pValue).toBeGreaterThan(0.001);
});

describe('where the reference lies', () => {
  // One target varies. Its scale samples 0, 0, 0, 0, 2.5 have the mean 1/2 and the SD 1; of those ranked all lie at -9 and
  // the truth at 11, so it is nearer where the reference lies beyond 1: half a standard normal number beyond the mean.
  const nearer = (k: number, count: number, x: number, seed: number) => {
    const truth = new Float32Array(4 * count);
    const samples = new Float32Array(4 * count * 20);
    for (let jet = 0; jet < count; jet++) {
      truth[4 * jet + k] = 11;
      for (let sample = 0; sample < 20; sample++)
        samples[4 * (20 * jet + sample) + k] = [0, 0, 0, 0, 2.5][sample] ?? -9;
    }
    const features = Float32Array.from({ length: 4 * count }, (_, i) => (i % 4 === 1 ? x : 0));
    // f is below 1/16 for these jets, above 15/16 for the others.
    return tarp(truth, samples, features, seed).difference[49]! + 0.5;
  };
  // The share of normal numbers above 1 and above 1/sqrt(5).
  const [ABOVE_ONE, ABOVE_ROOT_FIFTH] = [0.158655, 0.32736];

  test.each([0, 1, 2, 3])('target %i: half a width of the first samples from their mean', (k) => {
    const count = 4000;
    const error = Math.sqrt((ABOVE_ONE * (1 - ABOVE_ONE)) / count);
    expect(Math.abs(nearer(k, count, 0, k) - ABOVE_ONE)).toBeLessThan(4 * error);
  });

  test('and half by what the jet is, times a random number of the run: for x = 2 five quarters of the variance', () => {
    const runs = 400;
    const mean =
      Array.from({ length: runs }, (_, seed) => nearer(2, 50, 2, seed)).reduce((a, b) => a + b) / runs;
    // A run has a share of its own, spread by less than 1/2.
    expect(Math.abs(mean - ABOVE_ROOT_FIFTH)).toBeLessThan((4 * 0.4) / Math.sqrt(runs));
  });
});
