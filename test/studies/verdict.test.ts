import { describe, expect, test } from '@jest/globals';
import { VARIABLES } from '../../src/jets/columns.js';
import { outsideTraining, shortP, verdict } from '../../src/studies/verdict.js';
import { makeReferenceJets } from '../reference-detector.js';
import { referenceCard } from './reference-card.js';

const result = (name: string, pValue: number, jets = 500) => ({
  name,
  pValue,
  jets,
  effect: `${name} is wrong`,
});

test('passes where every corrected p-value is above the level, and says which tests saw how many jets', () => {
  const { passed, reasons, level, tests } = verdict(
    [[result('a', 0.004), result('b', 0.5)], [result('c', 0.9, 20_000)]],
    199_890,
  );
  expect(passed).toBe(true);
  expect(level).toBe(0.01);
  expect(tests[0]).toEqual({ ...result('a', 0.004), adjustedPValue: 0.012 });
  expect(reasons).toEqual([
    '3 tests passed: 2 on 500 jets, 1 on 20,000 (smallest p = 0.0040: a; after Holm’s correction p = 0.012).',
  ]);
});

test('fails with a sentence for each test that failed, what is wrong before the test’s name', () => {
  const { passed, reasons } = verdict([[result('a', 1e-5), result('b', 0.5)], [result('pt', 0.001)]], 500);
  expect(passed).toBe(false);
  expect(reasons).toEqual([
    'A is wrong: a, p = 3e-5 after Holm’s correction.',
    'pt is wrong: pt, p = 0.0020 after Holm’s correction.',
  ]);
});

test('fails at the level itself', () => {
  expect(verdict([[result('a', 0.01)]], 500).passed).toBe(false);
});

test('names the smallest wherever it stands, the first of equal ones', () => {
  const smallest = (...pValues: number[]) =>
    verdict([pValues.map((pValue, i) => result(`t${i}`, pValue)), []], 500).reasons[0];
  expect(smallest(0.9, 0.2)).toMatch(
    /passed on 500 jets \(smallest p = 0\.20: t1; after Holm’s correction p = 0\.40\)/,
  );
  expect(smallest(0.5, 0.5)).toMatch(/p = 0\.50: t0; after Holm’s correction p = 1\.00\)/);
});

test('p-values for people', () => {
  expect([1, 0.31415, 0.0999, 0.05, 0.00123, 0.001, 0.0000314, 1e-99, 0].map(shortP)).toEqual([
    '= 1.00',
    '= 0.31',
    '= 0.10',
    '= 0.050',
    '= 0.0012',
    '= 0.0010',
    '= 3e-5',
    '= 1e-99',
    '< 1e-99',
  ]);
});

test('of fewer than 500 jets, nothing found is told as what it is, and a fault as one', () => {
  const few = verdict([[result('a', 0.5, 30)]], 30);
  expect(few).toMatchObject({ passed: true, tooFewJets: true });
  expect(few.reasons[0]).toMatch(/^1 test passed on 30 jets .* so few jets show only large faults/);
  expect(few.advice).toEqual(['Take more jets, 20,000 or more.']);
  expect(verdict([[result('a', 0.5)]], 500)).toMatchObject({ passed: true, tooFewJets: false });
  expect(verdict([[result('a', 1e-5, 30)]], 30)).toMatchObject({ passed: false, tooFewJets: true });
});

describe('jets that the model was not trained for', () => {
  const table = makeReferenceJets(1000, 5);
  const columns = { ...table.columns };
  columns.reco_pt = columns.reco_pt!.map((pt, jet) => (jet < 110 ? 15 : Math.max(pt, 21)));
  columns.gen_eta = columns.gen_eta!.map((eta, jet) => (jet === 7 ? 5.5 : eta));
  const wide = [-1e9, 1e9] as const;
  const card = {
    ...referenceCard('simulation'),
    inputs: VARIABLES.map(
      (column) => ({ column, transform: 'identity', offset: 0, mean: 0, sd: 1 }) as const,
    ),
    range: { pt: wide, eta: [-4.7, 4.7], phi: [-1, 1], mass: wide } as const,
    targetRange: { pt: [20.0003, 6000], eta: wide, phi: [-1, 1], mass: wide } as const,
  };
  const outside = outsideTraining({ ...table, columns }, card);

  test('are counted by column and end, targets too; phi has no ends', () => {
    expect(outside).toEqual([
      { column: 'gen_eta', end: 4.7, side: 'above', jets: 1 },
      { column: 'reco_pt', end: 20.0003, side: 'below', jets: 110 },
    ]);
  });

  test('are the last line where they are many, behind what the tests say, and the first advice', () => {
    for (const pValue of [0.5, 1e-6]) {
      const { reasons, advice } = verdict([[result('a', pValue)]], 1000, outside);
      expect(reasons[1]).toBe('11.0 % of these jets have reco pt below 20 GeV, where the training ends.');
      expect(reasons).toHaveLength(2);
      expect(advice[0]).toMatch(/selection that it was trained with/);
    }
  });

  test('cards without the range of what is predicted only tell of what they read', () => {
    const { targetRange: _, ...older } = card;
    expect(outsideTraining({ ...table, columns }, older).map(({ column }) => column)).toEqual(['gen_eta']);
  });
});
