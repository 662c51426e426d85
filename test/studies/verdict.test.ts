import { expect, test } from '@jest/globals';
import { shortP, verdict } from '../../src/studies/verdict.js';

const result = (name: string, pValue: number) => ({ name, pValue, finding: `${name} is wrong` });

test('passes where every corrected p-value is above the level, and says how near it was', () => {
  const { passed, reasons, level, tests } = verdict(
    [result('a', 0.004), result('b', 0.5), result('c', 0.9)],
    500,
  );
  expect(passed).toBe(true);
  expect(level).toBe(0.01);
  expect(tests[0]).toEqual({ name: 'a', pValue: 0.004, adjustedPValue: 0.012 });
  expect(reasons).toEqual([
    'None of 3 tests found a difference (smallest after Holm’s correction: p = 0.012, a).',
  ]);
});

test('fails with a sentence for each test that failed', () => {
  const { passed, reasons } = verdict([result('a', 1e-5), result('b', 0.5), result('c', 0.001)], 500);
  expect(passed).toBe(false);
  expect(reasons).toEqual([
    'a is wrong (Holm-corrected p = 3e-5).',
    'c is wrong (Holm-corrected p = 0.0020).',
  ]);
});

test('fails at the level itself', () => {
  expect(verdict([result('a', 0.01)], 500).passed).toBe(false);
});

test('names the smallest wherever it stands, the first of equal ones', () => {
  const smallest = (...pValues: number[]) =>
    verdict(
      pValues.map((pValue, i) => result(`t${i}`, pValue)),
      500,
    ).reasons[0];
  expect(smallest(0.9, 0.2)).toMatch(/p = 0\.40, t1\)/);
  expect(smallest(0.5, 0.5)).toMatch(/p = 1\.00, t0\)/);
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
  const few = verdict([result('a', 0.5)], 30);
  expect(few).toMatchObject({ passed: true, tooFewJets: true });
  expect(few.reasons[0]).toMatch(
    /^Nothing found, but 30 jets are too few to judge: .* None of 1 tests found/,
  );
  expect(verdict([result('a', 0.5)], 500)).toMatchObject({ passed: true, tooFewJets: false });
  expect(verdict([result('a', 1e-5)], 30)).toMatchObject({ passed: false, tooFewJets: true });
});
