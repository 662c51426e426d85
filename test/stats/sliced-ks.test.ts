import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/stats/generator.js';
import { randomSigns, slicedKs } from '../../src/stats/sliced-ks.js';

/** max over t of |F_a - F_b| along a direction, from the definition. */
function naive(a: Float32Array, b: Float32Array, direction: readonly number[]): number {
  const projected = (values: Float32Array) =>
    Array.from({ length: values.length / direction.length }, (_, row) =>
      direction.reduce((sum, part, k) => sum + part * values[direction.length * row + k], 0),
    );
  const [left, right] = [projected(a), projected(b)];
  const share = (values: number[], t: number) => values.filter((value) => value <= t).length / values.length;
  return Math.max(...[...left, ...right].map((t) => Math.abs(share(left, t) - share(right, t))));
}

test('distance agrees with its definition, ties included', () => {
  const generator = makeGenerator(1, 1);
  const a = Float32Array.from({ length: 120 }, () => generator.below(6));
  const b = Float32Array.from({ length: 120 }, () => generator.below(7));
  const { largest, distance } = slicedKs(a, b, 3, generator, 5, 9);
  expect(largest.distance).toBeCloseTo(naive(a, b, largest.direction), 12);
  expect(distance).toBeLessThanOrEqual(largest.distance);
});

test('the p-value is small for a shift along a diagonal', () => {
  const generator = makeGenerator(2, 1);
  const a = Float32Array.from({ length: 3000 }, generator.normal);
  const b = Float32Array.from({ length: 3000 }, () => generator.normal() + 0.15);
  expect(slicedKs(a, b, 3, generator).pValue).toBeLessThan(0.011);
});

test('random signs are balanced', () => {
  const signs = new Int8Array(100_000);
  randomSigns(signs, makeGenerator(4, 1));
  // Standard deviation 316; five of them.
  expect(Math.abs(signs.reduce((sum, sign) => sum + sign, 0))).toBeLessThan(1600);
  expect(new Set(signs)).toEqual(new Set([1, -1]));
});
