import { expect, test } from '@jest/globals';
import { rankOf } from './rank.js';

const rank = (gen: number, values: readonly number[]) => {
  const out = new Uint32Array(2);
  rankOf(out, gen, Float32Array.from([-99, ...values, -99]), 1, values.length);
  return [...out];
};

test.each([
  [2, [1, 2, 2, 3], [1, 2]],
  [0, [-0, 1], [0, 1]],
  [5, [1, 2], [2, 0]],
  [1, [], [0, 0]],
  [Number.NaN, [1, 2], [0, 0]],
])('%p among %p', (gen, values, expected) => {
  expect(rank(gen, values)).toEqual(expected);
});
