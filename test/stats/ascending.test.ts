import { expect, test } from '@jest/globals';
import { ascending } from '../../src/stats/ascending.js';

test('places of values of any sign and size; equal ones, zeros of both signs too, keep their order', () => {
  const values = Float32Array.of(3, -0, 0, -1e30, 2e-40, Infinity, -2e-40, 3, -0, -Infinity, 0.5);
  const naive = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
  expect([...ascending(values)]).toEqual(naive);
});
