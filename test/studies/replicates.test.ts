import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/random/generator.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';
import { samplePits } from '../../src/studies/joint/sample-pit.js';
import { replicatesPValue, spectrumPValues } from '../../src/studies/replicates.js';

const [COUNT, SAMPLES] = [200, 25];

/** Each jet has a centre of its own, far wider spread than its values. */
function made(seed: number, shift: number) {
  const generator = makeGenerator(seed, 95);
  const centres = Float32Array.from({ length: COUNT }, () => 5 * generator.normal());
  const truth = centres.map((centre) => centre + generator.normal());
  const samples = Float32Array.from(
    { length: COUNT * SAMPLES },
    (_, i) => centres[Math.floor(i / SAMPLES)] + generator.normal() + shift,
  );
  return { truth, samples, generator };
}

describe('a right model', () => {
  const results = Array.from({ length: 300 }, (_, i) => made(i, 0));
  test('spectra: p-values are uniform (false alarm 1 in 1000)', () => {
    const pValues = results.map(({ truth, samples, generator }) =>
      replicatesPValue(truth, samples, generator),
    );
    expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
  });
  test('PIT from ranks is uniform (false alarm 1 in 1000)', () => {
    const pits = results.flatMap(({ truth, samples, generator }) => [
      ...samplePits(truth, samples, generator),
    ]);
    expect(ksPValue(ksDistance(pits), pits.length)).toBeGreaterThan(0.001);
  });
});

test('binned spectra: p-values of Kolmogorov and chi-squared are uniform (false alarm 1 in 1000 each)', () => {
  const generator = makeGenerator(4, 95);
  const results = Array.from({ length: 400 }, () => spectrumPValues(sets(generator), 6, generator));
  for (const kind of ['ks', 'chiSquared'] as const) {
    const pValues = results.map((result) => result[kind]);
    expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
  }
});

test('binned spectra: what is unlike all replicates gets the smallest p-value', () => {
  const generator = makeGenerator(5, 95);
  const counts = sets(generator);
  counts.set([50, 0, 0, 0, 0, 0]);
  const { ks, chiSquared } = spectrumPValues(counts, 6, generator);
  expect(Math.max(ks, chiSquared)).toBeLessThan(1 / 20);
});

test('a shift of all values is seen by both', () => {
  const { truth, samples, generator } = made(1, 1);
  expect(replicatesPValue(truth, samples, generator)).toBeLessThan(2 / (SAMPLES + 1));
  const pits = samplePits(truth, samples, generator);
  expect(ksPValue(ksDistance(pits), COUNT)).toBeLessThan(1e-6);
});

test('rank of a value among its samples', () => {
  const half = { uniform: () => 0.5, word: () => 0, normal: () => 0, below: () => 0 };
  const pits = samplePits(Float32Array.of(2, 5), Float32Array.of(1, 2, 3, 1, 2, 3), half);
  expect([...pits]).toEqual([(1 + 0.5 * 2) / 4, (3 + 0.5) / 4]);
});

/** 20 sets of 50 jets in 6 bins, the last half as full. */
function sets(generator: { uniform(): number }): Uint32Array {
  const counts = new Uint32Array(20 * 6);
  for (let set = 0; set < 20; set++)
    for (let jet = 0; jet < 50; jet++) counts[6 * set + Math.floor(6 * generator.uniform() ** 2 * 0.9)]++;
  return counts;
}
