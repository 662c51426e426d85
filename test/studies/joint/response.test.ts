import { describe, expect, test } from '@jest/globals';
import { byVariable, VARIABLES } from '../../../src/jets/columns.js';
import { makeGenerator } from '../../../src/stats/generator.js';
import {
  type ResponseRange,
  responseCurves,
  responseDifferences,
  responsePull,
  responseRanges,
} from '../../../src/studies/joint/response.js';
import { jointInput } from './joint-input.js';

const SAMPLES = 15;

function rangesOf(jets: Float32Array, truth: Float32Array, sampled: Float32Array): ResponseRange[] {
  return responseRanges(
    jets,
    byVariable((variable) => responseCurves(variable, jets, truth, sampled)),
  );
}

/** R-7, as its definition has it. */
function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const h = (sorted.length - 1) * p;
  const next = sorted[Math.min(sorted.length - 1, Math.floor(h) + 1)]!;
  return sorted[Math.floor(h)]! + (h - Math.floor(h)) * (next - sorted[Math.floor(h)]!);
}

function figures(values: readonly number[], isRatio: boolean) {
  const q = (p: number) => (isRatio ? Math.exp(quantile(values, p)) : quantile(values, p));
  return {
    median: q(0.5),
    width: (q(0.841344746068543) - q(0.158655253931457)) / 2,
    core: q(0.691462461274013) - q(0.308537538725987),
  };
}

test('as a plain loop over the jets of each bin has it', () => {
  const { jets, targets, sampledTargets } = jointInput(3000, SAMPLES, 4);
  const ranges = rangesOf(jets, targets, sampledTargets);
  expect(ranges.map(({ of, low, high, along }) => [of, low, high, along])).toEqual([
    ['|eta|', 0, 1.3, 'pt'],
    ['|eta|', 1.3, 2.5, 'pt'],
    ['|eta|', 2.5, 3, 'pt'],
    ['|eta|', 3, null, 'pt'],
    ['pt', 0, 30, '|eta|'],
    ['pt', 30, 60, '|eta|'],
    ['pt', 60, 200, '|eta|'],
    ['pt', 200, null, '|eta|'],
  ]);
  let compared = 0;
  for (const { of, low, high, edges, jetsPerBin, jets: count, variables } of ranges) {
    const cut = (jet: number) => (of === 'pt' ? jets[4 * jet]! : Math.abs(jets[4 * jet + 1]!));
    const along = (jet: number) => (of === 'pt' ? Math.abs(jets[4 * jet + 1]!) : jets[4 * jet]!);
    const own = Array.from({ length: 3000 }, (_, jet) => jet).filter(
      (jet) => cut(jet) >= low && cut(jet) < (high ?? Number.POSITIVE_INFINITY),
    );
    expect(count).toBe(own.length);
    // Every jet of a range is in a bin, and bins are full enough.
    expect(jetsPerBin.reduce((sum, each) => sum + each, 0)).toBe(own.length < 200 ? 0 : own.length);
    expect(edges).toHaveLength(own.length < 200 ? 0 : jetsPerBin.length + 1);
    jetsPerBin.forEach((inBin, bin) => {
      expect(inBin).toBeGreaterThanOrEqual(200);
      const members = own.filter((jet) => along(jet) >= edges[bin]! && along(jet) < edges[bin + 1]!);
      expect(members).toHaveLength(inBin);
      VARIABLES.forEach((variable, k) => {
        const isRatio = variable === 'pt' || variable === 'mass';
        const truth = figures(
          members.map((jet) => targets[4 * jet + k]!),
          isRatio,
        );
        const replicates = Array.from({ length: SAMPLES }, (_, s) =>
          figures(
            members.map((jet) => sampledTargets[(jet * SAMPLES + s) * 4 + k]!),
            isRatio,
          ),
        );
        for (const figure of ['median', 'width', 'core'] as const) {
          const found = variables[variable][figure];
          const all = replicates.map((replicate) => replicate[figure]);
          expect(found.truth[bin]).toBeCloseTo(truth[figure], 10);
          expect(found.predicted[bin]).toBeCloseTo(quantile(all, 0.5), 10);
          expect(found.q16[bin]).toBeCloseTo(quantile(all, 0.16), 10);
          expect(found.q84[bin]).toBeCloseTo(quantile(all, 0.84), 10);
          compared++;
        }
      });
    });
  }
  expect(compared).toBeGreaterThan(100);
});

describe('Gaussian responses', () => {
  const [COUNT, WIDTH] = [400, 0.1];
  /** One bin of pt, one of |eta|: eta' - eta is normal, the others are nothing, and the replicates are wider than the truth. */
  function gaussian(seed: number) {
    const generator = makeGenerator(seed, 93);
    const jets = Float32Array.from({ length: 4 * COUNT }, (_, i) => [50, 0.2, 0, 5][i % 4]!);
    const normal = (length: number, width: number) =>
      Float32Array.from({ length }, (_, i) => (i % 4 === 1 ? width * generator.normal() : 0));
    return rangesOf(jets, normal(4 * COUNT, WIDTH), normal(4 * COUNT * 63, 1.2 * WIDTH));
  }
  const runs = Array.from({ length: 120 }, (_, seed) => gaussian(seed)[0]!.variables.eta);
  const over = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    return { mean, sd: Math.sqrt(variance) };
  };

  test('width and core are the standard deviation, within four standard errors', () => {
    for (const figure of ['width', 'core'] as const)
      for (const [of, expected] of [
        ['truth', WIDTH],
        ['predicted', 1.2 * WIDTH],
      ] as const) {
        const { mean, sd } = over(runs.map((run) => run[figure][of][0]!));
        // R-7 places the p-quantile of n values where (n - 1) p + 1 of n + 1 lie below: of 400 inwards by 0.7 and 0.5 %.
        const biased = expected * (figure === 'width' ? 0.993 : 0.9946);
        expect(Math.abs(mean - biased)).toBeLessThan((4 * sd) / Math.sqrt(runs.length) + 5e-4 * expected);
      }
  });

  // The SD of an SD of 120 runs is 6.5 %, and the error itself scatters; four of them.
  test.each(['median', 'width', 'core'] as const)(
    'the error of the %s is its spread over data sets',
    (figure) => {
      const { sd } = over(runs.map((run) => run[figure].truth[0]!));
      const { mean: error } = over(runs.map((run) => run[figure].error[0]!));
      expect(error / sd).toBeGreaterThan(0.74);
      expect(error / sd).toBeLessThan(1.35);
      const { mean: half } = over(runs.map((run) => (run[figure].q84[0]! - run[figure].q16[0]!) / 2));
      const { sd: ofPredicted } = over(runs.map((run) => run[figure].predicted[0]!));
      // One replicate scatters as one data set of the model's width, the median of 63 far less.
      expect(half / (1.2 * sd)).toBeGreaterThan(0.74);
      expect(half / (1.2 * sd)).toBeLessThan(1.35);
      expect(ofPredicted).toBeLessThan(0.4 * half);
    },
  );

  test('what is farthest off is said with its error', () => {
    const found = responseDifferences(gaussian(1), 63).find(({ variable }) => variable === 'eta')!;
    expect(found).toMatchObject({ figure: 'width', jets: COUNT });
    expect(Math.abs(found.relative - 0.2)).toBeLessThan(4 * found.relativeError);
    expect(found.relativeError).toBeLessThan(0.1);
  });
});

// Of a right model, in one bin of each cut with the same jets: 600 pulls, their rms known to 3 %. The spread of 63
// replicates between R-7 quantiles is 4 % short on average and scatters by 12 %, which together adds 7 %.
test('a right model differs by its standard errors, one rms within 10 % of 1.07', () => {
  const [count, samples] = [200, 63];
  const jets = Float32Array.from({ length: 4 * count }, (_, i) => [50, 0.2, 0, 5][i % 4]!);
  const pulls = Array.from({ length: 100 }, (_, seed) => {
    const generator = makeGenerator(seed, 94);
    const normal = (length: number) => Float32Array.from({ length }, () => 0.1 * generator.normal());
    const ranges = rangesOf(jets, normal(4 * count), normal(4 * count * samples));
    return responseDifferences(ranges, samples).map((each) => {
      expect(each.bins).toBe(2);
      return responsePull(each);
    });
  }).flat();
  expect(pulls).toHaveLength(600);
  const rms = Math.sqrt(pulls.reduce((sum, pull) => sum + pull ** 2, 0) / pulls.length);
  expect(Math.abs(rms / 1.07 - 1)).toBeLessThan(0.1);
});

test('of bins that are off, the one by most of its errors is named, not the best known one', () => {
  const none = { truth: [], error: [], predicted: [], q16: [], q84: [] };
  // By 1.9 errors of 0.2, and by 1.4 of 0.002.
  const eta = {
    truth: [1, 1],
    error: [9, 9],
    predicted: [1.38, 1.0028],
    q16: [0.8, 0.998],
    q84: [1.2, 1.002],
  };
  const variables = byVariable((variable) => ({
    ...{ median: none, core: none },
    width: variable === 'eta' ? eta : none,
  }));
  const cut = { of: '|eta|', low: 0, high: 1.3, jets: 500, along: 'pt' } as const;
  const range = { ...cut, edges: [0, 1, 2], jetsPerBin: [200, 300], variables };
  const found = responseDifferences([range], 1e9);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ variable: 'eta', jets: 200, bins: 2 });
  expect(responsePull(found[0]!)).toBeCloseTo(1.9, 6);
});

test('a width that is wrong in one corner only is found there', () => {
  const { jets, targets, sampledTargets } = jointInput(4000, SAMPLES, 6);
  const wide = targets.map((target, i) => {
    const jet = i - (i % 4);
    return i % 4 === 1 && jets[jet]! < 40 && Math.abs(jets[jet + 1]!) < 1.3 ? 1.6 * target : target;
  });
  const found = responseDifferences(rangesOf(jets, wide, sampledTargets), SAMPLES).find(
    ({ variable }) => variable === 'eta',
  )!;
  expect(found.pt[1]).toBeLessThanOrEqual(60);
  expect(found.absEta[1]).toBeLessThanOrEqual(1.3);
  expect(found.relative).toBeLessThan(-4 * found.relativeError);
});

test('too few jets for a bin: no bins, no differences', () => {
  const { jets, targets, sampledTargets } = jointInput(150, SAMPLES, 5);
  const ranges = rangesOf(jets, targets, sampledTargets);
  expect(ranges.every(({ edges }) => edges.length === 0)).toBe(true);
  expect(responseDifferences(ranges, SAMPLES)).toEqual([]);
});
