import { describe, expect, test } from '@jest/globals';
import { replicatesPValue, samplePits } from '../../experiments/power-repetition.js';
import { makeGenerator } from '../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';
import { countsOf, replicateBands, spectrumPValues, spreadPoints } from '../../src/studies/replicates.js';

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

describe('spectra small enough to count by hand', () => {
  const at = (u: number) => ({ uniform: () => u, word: () => 0, normal: () => 0, below: () => 0 });

  // Truth and three replicates in three bins; the mean is (2, 2, 2).
  const counts = Uint32Array.of(3, 3, 0, 1, 2, 3, 2, 2, 2, 2, 1, 3);

  test('distances 2, 1, 0, 1 and chi-squared 3, 1, 0, 1: the truth is the farthest', () => {
    expect(spectrumPValues(counts, 3, at(0.5))).toEqual({ ks: 0.5 / 4, chiSquared: 0.5 / 4 });
  });

  test('as their definitions have them: ties, empty bins, from every place', () => {
    const generator = makeGenerator(6, 95);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    for (let i = 0; i < 300; i++) {
      // Few jets, so that sets tie, and sometimes an empty bin; of four sets, whose means are exact.
      const bins = 2 + generator.below(4);
      const counts = Uint32Array.from({ length: 4 * bins }, (_, at) => generator.below(1 + 2 * (at % bins)));
      const sets = [0, 1, 2, 3].map((s) => [...counts.subarray(s * bins, (s + 1) * bins)]);
      const mean = sets[0]!.map((_, bin) => sum(sets.map((set) => set[bin]!)) / 4);
      const distance = (set: number[]) =>
        Math.max(...set.map((_, bin) => Math.abs(sum(set.slice(0, bin + 1)) - sum(mean.slice(0, bin + 1)))));
      const chiSquared = (set: number[]) =>
        sum(set.map((n, bin) => (mean[bin]! > 0 ? (n - mean[bin]!) ** 2 / mean[bin]! : 0)));
      const rank = (measure: (set: number[]) => number) => {
        const [own, ...others] = sets.map(measure);
        const equal = others.filter((other) => other === own).length;
        return (others.filter((other) => other > own!).length + 0.25 * (1 + equal)) / 4;
      };
      expect(spectrumPValues(counts, bins, at(0.25))).toEqual({
        ks: rank(distance),
        chiSquared: rank(chiSquared),
      });
    }
  });

  test('countsOf: an edge belongs to the bin above it', () => {
    const truth = Float32Array.of(0, 1);
    const samples = Float32Array.of(-1, 1.5, 2, 3, 0.5, 0.5);
    const edges = Float32Array.of(1, 2);
    expect([...countsOf(edges, truth, samples)]).toEqual([1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1]);
  });

  test('replicateBands: quantiles over the replicates of each bin', () => {
    // Five replicates, 0 … 4 and ten times that: R-7 has 0.64, 2, 3.36.
    const bands = replicateBands(Uint32Array.of(3, 30, 0, 0, 4, 40, 1, 10, 2, 20), 2);
    for (const [bin, scale] of [1, 10].entries())
      [0.64, 2, 3.36].forEach((quantile, i) => {
        expect(bands[bin]![i]).toBeCloseTo(scale * quantile, 12);
      });
  });

  test('spreadPoints: bins of equally many values, true and sampled', () => {
    const truth = Float32Array.of(11, 0, 5);
    const samples = Float32Array.of(1, 2, 3, 4, 6, 7, 8, 9, 10);
    expect([...spreadPoints(truth, samples, 4)]).toEqual([3, 6, 9]);
    expect([...spreadPoints(Float32Array.of(5), Float32Array.of(1, 9), 2)]).toEqual([5]);
  });

  test('spreadPoints: of more than 50 000 values every second jet, of 50 000 all', () => {
    // Odd jets lie beyond the even ones.
    const points = (jets: number) => {
      const truth = Float32Array.from({ length: jets }, (_, jet) => (jet % 2 === 0 ? jet : 1e6));
      const samples = Float32Array.from({ length: 4 * jets }, (_, i) => truth[Math.floor(i / 4)]!);
      return [...spreadPoints(truth, samples, 2)];
    };
    expect(points(10_000)).toEqual([1e6]);
    expect(points(10_002)).toEqual([5000]);
  });
});

/** 20 sets of 50 jets in 6 bins, the last half as full. */
function sets(generator: { uniform(): number }): Uint32Array {
  const counts = new Uint32Array(20 * 6);
  for (let set = 0; set < 20; set++)
    for (let jet = 0; jet < 50; jet++) counts[6 * set + Math.floor(6 * generator.uniform() ** 2 * 0.9)]++;
  return counts;
}
