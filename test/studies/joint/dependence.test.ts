import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/random/generator.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { dependence } from '../../../src/studies/joint/dependence.js';

/** Normal targets; mass = rho pt + sqrt(1 - rho²) noise. */
function targets(count: number, rho: number, generator: { normal(): number }): Float32Array {
  const values = Float32Array.from({ length: 4 * count }, generator.normal);
  for (let jet = 0; jet < count; jet++) {
    values[4 * jet + 3] = rho * values[4 * jet] + Math.sqrt(1 - rho * rho) * values[4 * jet + 3];
  }
  return values;
}

test('p-values of a right model are uniform (false alarm 1 in 1000 each)', () => {
  const generator = makeGenerator(1, 90);
  const results = Array.from({ length: 120 }, (_, i) => {
    const { pValue, slicedKs } = dependence(targets(80, 0.5, generator), targets(80, 0.5, generator), i);
    return [pValue, slicedKs.pValue];
  });
  for (const kind of [0, 1]) {
    const pValues = results.map((row) => row[kind]);
    expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
  }
});

test('a missing correlation: the matrices, the difference within its errors, and its name', () => {
  const generator = makeGenerator(2, 90);
  const found = dependence(targets(5000, 0.3, generator), targets(5000, 0, generator), 1);
  expect(found.truth[0][3]).toBeCloseTo(0.3, 1);
  expect(found.predicted[0][3]).toBeCloseTo(0, 1);
  expect(found.truth[2][2]).toBe(1);
  expect(Math.abs(found.difference[3][0] - 0.3)).toBeLessThan(4 * found.error[3][0]);
  // Two independent correlations near 0.15 of 5000 values: sqrt(2 / 5000).
  expect(found.error[3][0]).toBeCloseTo(Math.sqrt(2 / 5000), 2);
  expect(found.largest.pair).toBe('pt–mass');
  expect(found.pValue).toBeLessThan(0.002);
});

test('the sliced distance finds a strong correlation that is missing', () => {
  const generator = makeGenerator(3, 90);
  const found = dependence(targets(5000, 0.8, generator), targets(5000, 0, generator), 1);
  expect(found.slicedKs.pValue).toBeLessThan(0.02);
});

test('true jets that are all alike go together with nothing, in numbers', () => {
  const sampled = targets(300, 0.5, makeGenerator(4, 90));
  const alike = Float32Array.from({ length: 1200 }, (_, i) => [0.0198, 0.02, 0.01, 0.08][i % 4]!);
  const { truth, predicted, pValue, error } = dependence(alike, sampled, 1);
  expect(truth).toEqual([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0))));
  for (const value of [...predicted.flat(), ...error.flat(), pValue])
    expect(Number.isFinite(value)).toBe(true);
});
