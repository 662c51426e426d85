import { describe, expect, test } from '@jest/globals';
import { MODELS, RIGHT } from '../../experiments/faults.js';
import { repetition, TESTS } from '../../experiments/power-repetition.js';
import { powerTable } from '../../experiments/power-table.js';
import { makeGenerator } from '../../src/stats/generator.js';
import { binomialRange } from '../../src/stats/intervals.js';

describe('every model', () => {
  test.each(MODELS.map((model) => [model.name, model] as const))('%s: pits undo sample', (name, model) => {
    const generator = makeGenerator(1, 3);
    const [x, y, u] = [Float32Array.of(60, 2.3, 0.4, 9), new Float32Array(4), new Float32Array(4)];
    for (let i = 0; i < 50; i++) {
      const tau = Float64Array.from({ length: 4 }, generator.uniform);
      model.sample(x, tau, y);
      model.pits(x, y, u);
      for (let k = 0; k < 4; k++) expect(Math.abs(u[k] - tau[k])).toBeLessThan(1e-4);
    }
    expect(name.length).toBeGreaterThan(0);
  });
});

test('the right model is not rejected more often than it should be, by any test (false alarm 1 in 1000 each)', () => {
  const count = 20;
  const rejected = Object.fromEntries(TESTS.map((name) => [name, 0]));
  for (let seed = 1; seed <= count; seed++) {
    const { 'no fault': pValues } = repetition([RIGHT], 300, 16, seed);
    for (const name of TESTS) if ((pValues[name] ?? 1) <= 0.05) rejected[name]++;
  }
  const [, most] = binomialRange(0.998, count, 0.05);
  for (const name of TESTS) expect(rejected[name]).toBeLessThanOrEqual(most);
});

test('a lost correlation: marginals and closure see nothing, the joint tests do', () => {
  const model = MODELS.find(({ name }) => name === 'eta–phi correlation zero')!;
  const [first, second] = [1, 2].map((seed) => repetition([model], 1500, 16, seed)[model.name]);
  for (const pValues of [first, second]) {
    expect(pValues.smooth).toBeLessThan(1e-4);
    expect(pValues.C2ST).toBeLessThan(0.05);
    expect(pValues.marginals).toBeGreaterThan(0.01);
    expect(pValues.closure).toBeGreaterThan(0.01);
  }
});

test('the table: shares, tests that were not asked, the band of the rates', () => {
  const pValues = (smooth: number) => ({ smooth, TARP: 0.5 });
  const table = powerTable(
    ['a', 'b'],
    [
      { a: pValues(0.01), b: pValues(0.04) },
      { a: pValues(0.9), b: pValues(0.001) },
    ],
  ).split('\n');
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());
  const column = cells(table[0]).indexOf('smooth');
  expect(cells(table[2])[column]).toBe('50 %');
  expect(cells(table[3])[column]).toBe('100 %');
  expect(cells(table[2])[cells(table[0]).indexOf('closure')]).toBe('–');
  expect(table).toHaveLength(6);
  expect(powerTable(['|eta|'], [])).toContain('| \\|eta\\| |');
});
