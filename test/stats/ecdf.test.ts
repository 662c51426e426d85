import { expect, test } from '@jest/globals';
import { ecdf } from '../../src/stats/ecdf.js';

test('a step at each value, as high as it occurs often', () => {
  const { at, below, sorted } = ecdf([3, 1, 2, 2]);
  expect([...sorted]).toEqual([1, 2, 2, 3]);
  expect([0.5, 1, 1.5, 2, 3, 9].map(at)).toEqual([0, 0.25, 0.25, 0.75, 1, 1]);
  expect([0.5, 1, 1.5, 2, 3, 9].map(below)).toEqual([0, 0, 0.25, 0.25, 0.75, 1]);
});

test('no values have no ECDF', () => {
  expect(() => ecdf([])).toThrow(RangeError);
});
