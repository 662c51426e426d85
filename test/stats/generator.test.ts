import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';
import { normalCdf } from '../../src/stats/normal.js';
import { philox4x32, philoxKey, STREAM } from '../../src/stats/philox.js';

test('the same seed, use and part give the same numbers; any other gives others', () => {
  const first = (seed: number, use: number, part: number) => {
    const generator = makeGenerator(seed, use, part);
    return [generator.word(), generator.word()];
  };
  expect(first(1, 2, 3)).toEqual(first(1, 2, 3));
  const others = [first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4)];
  expect(new Set(others.flat()).size).toBe(8);
});

test('is sfc32, by the definition in 64-bit arithmetic', () => {
  const state = new Uint32Array(4);
  philox4x32(state, 9, 4, 0, STREAM.joint, ...philoxKey(7));
  let [a, b, c, counter] = Array.from(state, BigInt);
  const wrap = (value: bigint) => value & 0xffffffffn;
  const naive = () => {
    const t = wrap(a + b + counter);
    counter = wrap(counter + 1n);
    a = b ^ (b >> 9n);
    b = wrap(c + wrap(c << 3n));
    c = wrap((wrap(c << 21n) | (c >> 11n)) + t);
    return Number(t);
  };
  const generator = makeGenerator(7, 9, 4);
  for (let i = 0; i < 1000; i++) expect(generator.word()).toBe(naive());
});

test('uniform, normal and whole numbers have their distributions (false alarm 1 in 1000 each)', () => {
  const generator = makeGenerator(3, 9);
  const n = 20_000;
  const uniform = Float64Array.from({ length: n }, generator.uniform);
  expect(ksPValue(ksDistance(uniform), n)).toBeGreaterThan(0.001);
  const normal = Float64Array.from({ length: n }, () => normalCdf(generator.normal()));
  expect(ksPValue(ksDistance(normal), n)).toBeGreaterThan(0.001);
  const counts = new Float64Array(10);
  for (let i = 0; i < n; i++) counts[generator.below(10)]++;
  const chiSquared = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
  // The 0.999 quantile of chi-squared with 9 degrees of freedom (R: qchisq).
  expect(chiSquared).toBeLessThan(27.88);
});
