import { expect, test } from '@jest/globals';
import { pinball } from '../../src/stats/pinball.js';

test('tau a unit above the prediction, 1 - tau below it, nothing on it', () => {
  expect(pinball(3, 1, 0.75)).toBe(1.5);
  expect(pinball(1, 3, 0.75)).toBe(0.5);
  expect(pinball(2, 2, 0.1)).toBe(0);
});
