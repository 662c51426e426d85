import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { medianOf, select } from './median.js';

const lists = fc
  .array(fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 1, 2)), { minLength: 1, maxLength: 80 })
  .filter((list) => !(list.includes(Number.POSITIVE_INFINITY) && list.includes(Number.NEGATIVE_INFINITY)));

describe('medianOf', () => {
  const median = (list: readonly number[]) =>
    medianOf(Float32Array.from([9, ...list, 9]), 1, list.length, new Float32Array(list.length + 3));

  test('is the middle of the sorted values, or the mean of the middle two rounded once', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const sorted = [...Float32Array.from(list)].sort((a, b) => a - b);
        const n = sorted.length;
        const expected = Math.fround((sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2);
        expect(median(list)).toBe(expected + 0);
      }),
    );
  });

  test.each([
    [[3], 3],
    [[1, 4], 2.5],
    [[5, 1, 3], 3],
    [[2, 2, 2, 2], 2],
    [[-0, -0], 0],
  ])('of %p is %p', (list, expected) => {
    expect(median(list)).toBe(expected);
  });

  test('leaves the values as they are', () => {
    const values = Float32Array.of(3, 1, 2);
    medianOf(values, 0, 3, new Float32Array(3));
    expect([...values]).toEqual([3, 1, 2]);
  });
});

test('select puts every order statistic in its place', () => {
  fc.assert(
    fc.property(lists, (list) => {
      const sorted = Float32Array.from(list).sort();
      for (let i = 0; i < list.length; i++)
        expect(select(Float32Array.from(list), i) === sorted[i]).toBe(true);
    }),
  );
});
