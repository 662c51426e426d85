import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
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
  const results = Array.from({ length: 80 }, (_, i) => {
    const { pValue, slicedKs } = dependence(targets(80, 0.5, generator), targets(80, 0.5, generator), i);
    return [pValue, slicedKs.pValue];
  });
  for (const kind of [0, 1]) {
    const pValues = results.map((row) => row[kind]);
    expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
  }
});

test('finds a correlation that is missing, and names it; the sliced distance a strong one', () => {
  const generator = makeGenerator(2, 90);
  const found = dependence(targets(2000, 0.3, generator), targets(2000, 0, generator), 1);
  // Two independent correlations near 0.15 of 2000 values have the error sqrt(2 / 2000).
  expect(found.error[3][0]).toBeCloseTo(Math.sqrt(2 / 2000), 2);
  expect(found.largest.pair).toBe('pt–mass');
  expect(found.pValue).toBeLessThan(0.002);
  const strong = dependence(targets(1000, 0.8, generator), targets(1000, 0, generator), 1);
  expect(strong.slicedKs.pValue).toBeLessThan(0.02);
});

/** The definitions of the file's head, an array at a time. */
function naive(truth: Float32Array, sampled: Float32Array) {
  const jets = truth.length / 4;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const column = (values: ArrayLike<number>, k: number) =>
    Array.from({ length: jets }, (_, jet) => values[4 * jet + k]!);
  const z = [0, 1, 2, 3].map((k) => {
    const both = [...column(truth, k), ...column(sampled, k)];
    const sd = Math.sqrt(mean(both.map((value) => (value - mean(both)) ** 2)));
    const cut = both.map((value) => Math.min(5, Math.max(-5, (value - mean(both)) / sd)));
    return { a: cut.slice(0, jets), b: cut.slice(jets) };
  });
  const pearson = (x: number[], y: number[]) => {
    const [mx, my] = [mean(x), mean(y)];
    const products = (p: number[], q: number[], mp: number, mq: number) =>
      mean(p.map((value, i) => (value - mp) * (q[i]! - mq)));
    return products(x, y, mx, my) / Math.sqrt(products(x, x, mx, mx) * products(y, y, my, my));
  };
  const influences = (i: number, j: number) => {
    const [zi, zj] = [z[i]!, z[j]!];
    const rho = mean([...zi.a.map((v, n) => v * zj.a[n]!), ...zi.b.map((v, n) => v * zj.b[n]!)]);
    const of = (x: number[], y: number[]) => x.map((v, n) => v * y[n]! - (rho * (v ** 2 + y[n]! ** 2)) / 2);
    const b = of(zi.b, zj.b);
    return of(zi.a, zj.a).map((value, n) => value - b[n]!);
  };
  const matrix = (value: (i: number, j: number) => number) =>
    [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => value(i, j)));
  return {
    truth: matrix((i, j) => pearson(z[i]!.a, z[j]!.a)),
    predicted: matrix((i, j) => pearson(z[i]!.b, z[j]!.b)),
    difference: matrix((i, j) => (i === j ? 0 : mean(influences(i, j)))),
    error: matrix((i, j) => (i === j ? 0 : Math.sqrt(mean(influences(i, j).map((d) => d * d)) / jets))),
    influences,
  };
}

/** Float32 is what z and the influences are kept in. */
function expectNear(found: number[][], expected: number[][]): void {
  for (const [i, row] of found.entries())
    for (const [j, value] of row.entries()) expect(Math.abs(value - expected[i]![j]!)).toBeLessThan(2e-6);
}

const PAIRS = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

test('matrices, differences and errors as their definitions have them, far values cut at five SD', () => {
  const generator = makeGenerator(5, 90);
  const truth = targets(60, 0.5, generator).map((value, i) => 3 * value + (i % 4));
  const sampled = targets(60, -0.2, generator).map((value, i) => 2 * value - (i % 4));
  truth[4 * 7 + 1] = 900;
  sampled[4 * 9 + 2] = -900;
  const found = dependence(truth, sampled, 1);
  const expected = naive(truth, sampled);
  expect(found.variables).toEqual(['pt', 'eta', 'phi', 'mass']);
  for (const of of ['truth', 'predicted', 'difference', 'error'] as const)
    expectNear(found[of], expected[of]);
  const pulls = PAIRS.map(([i, j]) => expected.difference[i]![j]! / expected.error[i]![j]!);
  const largest = pulls.reduce((best, pull) => (Math.abs(pull) > Math.abs(best) ? pull : best));
  const [i, j] = PAIRS[pulls.indexOf(largest)]!;
  expect(found.largest.pair).toBe(`${found.variables[i]}–${found.variables[j]}`);
  expect(found.largest.pull).toBeCloseTo(largest, 4);
});

test('the p-value of six jets is that of all 64 changes of signs', () => {
  const generator = makeGenerator(6, 90);
  for (const rho of [0, 0.9]) {
    const [truth, sampled] = [targets(6, rho, generator), targets(6, -rho, generator)];
    const { error, influences } = naive(truth, sampled);
    const largest = (signs: number) =>
      Math.max(
        ...PAIRS.map(([i, j]) => {
          const signed = influences(i, j).map((d, jet) => ((signs >> jet) & 1 ? -d : d));
          return Math.abs(signed.reduce((sum, d) => sum + d, 0)) / 6 / error[i]![j]!;
        }),
      );
    const all = Array.from({ length: 64 }, (_, signs) => largest(signs));
    const share = (holds: (value: number) => boolean) => all.filter(holds).length / 64;
    // Those that change all signs or none are equal.
    const expected =
      share((value) => value > all[0]! + 1e-5) + share((value) => Math.abs(value - all[0]!) < 1e-5) / 2;
    const seeds = Array.from({ length: 40 }, (_, seed) => dependence(truth, sampled, seed).pValue);
    const mean = seeds.reduce((sum, p) => sum + p, 0) / 40;
    // 40 times 999 changes and 40 numbers that break ties, each in 1/32: four standard deviations.
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(0.25 / 40 / 999 + 1 / 12 / 32 ** 2 / 40));
  }
});

test('a target that is alike in all jets goes together with nothing, beside others that do', () => {
  const generator = makeGenerator(8, 90);
  const alike = (values: Float32Array) => values.map((value, i) => (i % 4 === 1 ? 0.3 : value));
  const found = dependence(alike(targets(300, 0.5, generator)), alike(targets(300, 0.5, generator)), 1);
  for (const { 1: row } of [found.truth, found.predicted]) expect(row).toEqual([0, 1, 0, 0]);
  expect([...found.difference[1]!, ...found.error[1]!]).toEqual(Array(8).fill(0));
  expect(found.truth[0]![3]).toBeCloseTo(0.5, 1);
  expect(found.pValue).toBeGreaterThan(0.001);
});

test('samples that are the truth: no difference, and only ties decide', () => {
  const truth = targets(50, 0.5, makeGenerator(7, 90));
  const found = dependence(truth, truth, 1);
  expect(found.truth).toEqual(found.predicted);
  expect([...found.difference.flat(), ...found.error.flat()]).toEqual(Array(32).fill(0));
  expect(found.largest).toEqual({ pair: 'pt–eta', of: [0, 1], pull: 0 });
  expect(found.slicedKs.distance).toBe(0);
  const pValues = Array.from({ length: 100 }, (_, seed) => dependence(truth, truth, seed).pValue);
  expect(ksPValue(ksDistance(pValues), 100)).toBeGreaterThan(0.001);
});
