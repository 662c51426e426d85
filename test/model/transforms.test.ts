import { expect, test } from '@jest/globals';
import { LEAST_EXCESS, physicalValue, targetValue } from '../../src/model/transforms.js';

const floored = { transform: 'log-ratio', offset: 0, floor: 20 } as const;

test('a target is the logarithm of its excess over the floor; at the floor and below it counts as just above', () => {
  expect(targetValue(floored, 60, 80)).toBeCloseTo(Math.log(0.5), 12);
  expect(physicalValue(floored, Math.log(0.5), 80)).toBeCloseTo(60, 12);
  for (const pt of [20, 19, -5]) expect(targetValue(floored, pt, 80)).toBe(Math.log(LEAST_EXCESS / 80));
  for (const value of [-1e3, -30, 0, 5]) expect(physicalValue(floored, value, 80)).toBeGreaterThanOrEqual(20);
  const plain = { transform: 'log-ratio', offset: 0.7 } as const;
  expect(targetValue(plain, 9.3, 19.3)).toBeCloseTo(Math.log(10 / 20), 12);
  expect(physicalValue(plain, Math.log(0.5), 19.3)).toBeCloseTo(9.3, 12);
});
