import { expect, test } from '@jest/globals';
import { holm } from '../../src/stats/holm.js';

test("numbers of R: p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm')", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((expected, i) => {
    expect(adjusted[i]).toBeCloseTo(expected, 15);
  });
});

test('never above one, never out of order, one test as it is', () => {
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
  expect(holm([0.2])).toEqual([0.2]);
  expect(holm([])).toEqual([]);
});
