import { describe, expect, test } from '@jest/globals';
import { figure } from '../../bench/spread.js';

describe('figure', () => {
  test('is the median, and 1.4826 times the median absolute deviation', () => {
    expect(figure([1, 2, 3, 4, 100])).toEqual({ median: 3, spread: 1.4826 });
  });

  test('takes the mean of the middle two for an even number of rounds', () => {
    // deviations from 5: 4, 2, 2, 4
    expect(figure([9, 1, 3, 7])).toEqual({ median: 5, spread: 1.4826 * 3 });
  });

  test('has no spread for one round', () => {
    expect(figure([0.7])).toEqual({ median: 0.7, spread: 0 });
  });

  test('is not a number for no rounds', () => {
    expect(figure([])).toEqual({ median: Number.NaN, spread: Number.NaN });
  });

  test('gives the standard deviation of normal quantiles', () => {
    // The 0.25, 0.5 and 0.75 quantiles of the standard normal distribution, and two far tails.
    const { spread } = figure([-3, -0.6744898, 0, 0.6744898, 3]);
    expect(spread).toBeCloseTo(1, 4);
  });
});
