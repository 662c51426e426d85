import { describe, expect, test } from '@jest/globals';
import { linearTicks, logTicks } from '../../src/report/ticks.js';

const labels = ({ labelled }: ReturnType<typeof logTicks>) => labelled.map(({ label }) => label);

describe('linear', () => {
  test('one number of decimals, a true minus, minor ticks between', () => {
    const ticks = linearTicks(-1, 1, 4);
    expect(labels(ticks)).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']);
    expect(ticks.minor).toContain(0.1);
    expect(ticks.minor).not.toContain(0.5);
  });

  test('thin spaces in large numbers', () => {
    expect(labels(linearTicks(0, 40_000, 4))).toEqual([
      '0',
      '10\u2009000',
      '20\u2009000',
      '30\u2009000',
      '40\u2009000',
    ]);
  });
});

describe('logarithmic', () => {
  test('a short axis is labelled at 1, 2, 5', () => {
    expect(labels(logTicks(20, 1000))).toEqual(['20', '50', '100', '200', '500', '1000']);
  });

  test('a long one at powers of ten, never more than eight', () => {
    expect(labels(logTicks(0.01, 1e4))).toEqual([
      '10^{−2}',
      '10^{−1}',
      '1',
      '10',
      '10^{2}',
      '10^{3}',
      '10^{4}',
    ]);
    expect(labels(logTicks(1e-12, 1e12)).length).toBeLessThanOrEqual(9);
  });

  test('nothing lies outside of the axis', () => {
    const { major, minor } = logTicks(30, 700);
    for (const value of [...major, ...minor]) {
      expect(value).toBeGreaterThanOrEqual(30);
      expect(value).toBeLessThanOrEqual(700);
    }
  });
});
