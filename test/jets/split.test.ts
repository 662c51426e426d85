import { expect, test } from '@jest/globals';
import { SPLIT_SHARES, type SplitPart, splitIndices, splitPart } from '../../src/jets/split.js';

test('the three parts are disjoint, complete and of their shares', () => {
  const rows = 100_000;
  const parts = (Object.keys(SPLIT_SHARES) as SplitPart[]).map((part) => ({
    part,
    indices: splitIndices(rows, part),
  }));
  const all = parts.flatMap(({ indices }) => [...indices]).sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: rows }, (_, index) => index));
  // Five standard deviations of a binomial count: a false alarm once in 1.7 million.
  for (const { part, indices } of parts) {
    const share = SPLIT_SHARES[part];
    expect(Math.abs(indices.length - share * rows)).toBeLessThan(5 * Math.sqrt(rows * share * (1 - share)));
  }
});

test('a jet keeps its part whatever the table it is in; another seed moves it', () => {
  const short = splitIndices(1000, 'test');
  expect([...splitIndices(5000, 'test')].filter((index) => index < 1000)).toEqual([...short]);
  const moved = Array.from({ length: 1000 }, (_, index) => index).filter(
    (index) => splitPart(index, 1) !== splitPart(index, 2),
  );
  expect(moved.length).toBeGreaterThan(300);
});
