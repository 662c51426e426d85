import { expect, test } from '@jest/globals';
import { shortDuration, shortNumber } from '../../src/cli/output.js';

test.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [1000, '1.00k'],
  [999_900, '1.00M'],
  [1_234_567, '1.23M'],
  [2e7, '20.0M'],
  [1e9, '1.00G'],
  [2.71, '2.71'],
  [Number.NaN, '–'],
])('shortNumber(%p) is %p', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

test.each([
  [7, '7s'],
  [59.6, '1m00s'],
  [185, '3m05s'],
  [3720, '1h02m'],
  [Number.POSITIVE_INFINITY, '–'],
  [-1, '–'],
])('shortDuration(%p) is %p', (seconds, text) => {
  expect(shortDuration(seconds)).toBe(text);
});
