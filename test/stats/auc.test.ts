import { expect, test } from '@jest/globals';
import { auc } from '../../src/stats/auc.js';
import { makeGenerator } from '../../src/stats/generator.js';

/** The definition: all pairs. */
function naive(positives: readonly number[], negatives: readonly number[]): { auc: number; error: number } {
  const wins = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const perPositive = positives.map((a) => mean(negatives.map((b) => wins(a, b))));
  const perNegative = negatives.map((b) => mean(positives.map((a) => wins(a, b))));
  const value = mean(perPositive);
  const term = (shares: number[]) =>
    shares.reduce((sum, share) => sum + (share - value) ** 2, 0) / (shares.length - 1) / shares.length;
  return { auc: value, error: Math.sqrt(term(perPositive) + term(perNegative)) };
}

test('agrees with all pairs, ties included', () => {
  const generator = makeGenerator(1, 1);
  const positives = Array.from({ length: 37 }, () => 2 + generator.below(9));
  const negatives = Array.from({ length: 23 }, () => generator.below(9));
  const found = auc(positives, negatives);
  const expected = naive(positives, negatives);
  expect(found.auc).toBeCloseTo(expected.auc, 12);
  expect(found.error).toBeCloseTo(expected.error, 12);
});

test('perfect separation has no error', () => {
  expect(auc([2, 3], [0, 1])).toEqual({ auc: 1, error: 0, low: 1, high: 1 });
});

test('the interval of level 0.9 holds the true AUC in 90 % of cases', () => {
  const generator = makeGenerator(2, 1);
  // Two normals one sd apart: AUC = Phi(1 / sqrt 2) = 0.76025.
  let inside = 0;
  for (let i = 0; i < 1000; i++) {
    const positives = Float64Array.from({ length: 100 }, () => generator.normal() + 1);
    const negatives = Float64Array.from({ length: 150 }, () => generator.normal());
    const { low, high } = auc(positives, negatives, 0.9);
    if (low < 0.76025 && high > 0.76025) inside++;
  }
  // Four binomial errors, 0.038.
  expect(Math.abs(inside / 1000 - 0.9)).toBeLessThan(0.038);
});
