import { expect, test } from '@jest/globals';
import {
  grouped,
  powerOfTen,
  prose,
  sliceName,
  tickLabel,
  unbroken,
  withUnit,
} from '../../src/report/labels.js';

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

test('sentences and names of our own in symbols, only whole words', () => {
  expect(prose('pt shift × |eta|')).toBe('*p*_{T} shift × |*η*|');
  expect(prose('pt–mass correlation')).toBe('*p*_{T}–*m* correlation');
  expect(prose('most in: phi (-3.6 standard deviations) (p = 3e-5).')).toBe(
    'most in: *φ* (\u22123.6 standard deviations) (p = 3\u2009×\u200910^{\u22125}).',
  );
  expect(prose('8 on 199,890 jets, 9 on 20,000')).toBe('8 on 199\u2009890 jets, 9 on 20\u2009000');
  expect(prose('classifier two-sample test, accepted')).toBe('classifier two-sample test, accepted');
});

test('slices with the unit behind the number', () => {
  expect(sliceName({ of: 'pt', low: 30, high: 60 })).toBe('*p*_{T} 30 – 60 GeV');
  expect(sliceName({ of: 'pt', low: 1000, high: null })).toBe('*p*_{T} from 1000 GeV');
  expect(sliceName({ of: '|eta|', low: 2.5, high: 3 })).toBe('|*η*| 2.5 – 3');
  expect(sliceName({ of: '|eta|', low: 3, high: null })).toBe('|*η*| 3 and more');
});

test('a number stays on its line', () => {
  expect(unbroken(`on ${grouped(20_000)} jets, 3\u2009×\u200910`)).toBe(
    'on 20\u202f000 jets, 3\u2009×\u200910',
  );
});
