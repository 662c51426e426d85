import { expect, test } from '@jest/globals';
import { shortP, verdict } from '../../src/studies/verdict.js';

const result = (name: string, pValue: number) => ({ name, pValue, finding: `${name} is wrong` });

test('passes where every corrected p-value is above the level, and says how near it was', () => {
  const { passed, reasons, level, tests } = verdict([result('a', 0.004), result('b', 0.5), result('c', 0.9)]);
  expect(passed).toBe(true);
  expect(level).toBe(0.01);
  expect(tests[0]).toEqual({ name: 'a', pValue: 0.004, adjustedPValue: 0.012 });
  expect(reasons).toEqual([
    'None of 3 tests found a difference (smallest after Holm’s correction: p = 0.012, a).',
  ]);
});

test('fails with a sentence for each test that failed', () => {
  const { passed, reasons } = verdict([result('a', 1e-5), result('b', 0.5), result('c', 0.001)]);
  expect(passed).toBe(false);
  expect(reasons).toEqual([
    'a is wrong (Holm-corrected p = 3e-5).',
    'c is wrong (Holm-corrected p = 0.0020).',
  ]);
});

test('p-values for people', () => {
  expect([1, 0.31415, 0.0999, 0.05, 0.00123, 0.0000314, 0].map(shortP)).toEqual([
    '= 1.00',
    '= 0.31',
    '= 0.10',
    '= 0.050',
    '= 0.0012',
    '= 3e-5',
    '< 1e-99',
  ]);
});
