import { expect, test } from '@jest/globals';
import { grouped, powerOfTen, tickLabel, withUnit } from '../../src/report/labels.js';

test('symbols with units in brackets', () => {
  expect(withUnit('pt')).toBe('*p*_{T} [GeV]');
  expect(withUnit('eta')).toBe('*η*');
});

test('numbers as print sets them', () => {
  expect([0, 999, 1000, 20_000_000].map(grouped)).toEqual(['0', '999', '1\u2009000', '20\u2009000\u2009000']);
  expect([-2.5, 0, 1000, 10_000].map(tickLabel)).toEqual(['\u22122.5', '0', '1000', '10\u2009000']);
  expect(powerOfTen('= 3e-5')).toBe('= 3\u2009×\u200910^{\u22125}');
  expect(powerOfTen('< 1e-99')).toBe('< 10^{\u221299}');
  expect(powerOfTen('= 0.31')).toBe('= 0.31');
});
