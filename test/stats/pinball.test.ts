import { expect, test } from '@jest/globals';
import { pinball } from '../../src/stats/pinball.js';

test('tau a unit above the prediction, 1 - tau below it, nothing on it', () => {
  expect(pinball(3, 1, 0.75)).toBe(1.5);
  expect(pinball(1, 3, 0.75)).toBe(0.5);
  expect(pinball(2, 2, 0.1)).toBe(0);
});

test('the mean is least at the quantile', () => {
  const values = Array.from({ length: 101 }, (_, i) => i);
  const loss = (prediction: number) =>
    values.reduce((sum, value) => sum + pinball(value, prediction, 0.3), 0);
  for (const other of [20, 29, 31, 50]) expect(loss(30)).toBeLessThan(loss(other));
});
