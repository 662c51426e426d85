import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/random/generator.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';
import { replicatesPValue } from '../../src/studies/replicates.js';
import { samplePits } from '../../src/studies/sample-pit.js';

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
