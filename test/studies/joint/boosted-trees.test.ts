import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import { BINS } from '../../../src/studies/joint/binned-columns.js';
import { addTree, type BoostOptions, boost } from '../../../src/studies/joint/boosted-trees.js';

const ROWS = 400;
const OPTIONS: BoostOptions = {
  trees: 1,
  depth: 1,
  rate: 0.1,
  lambda: 3,
  leastHessian: 10,
  columnShare: 1,
};
/** Weight of class 0. */
const WEIGHT = 0.5;

/** Three columns of bins, of which the second says most about the class. */
function data() {
  const generator = makeGenerator(1, 50);
  const labels = Uint8Array.from({ length: ROWS }, () => generator.below(2));
  const columns = [0, 20, 8].map((shift) =>
    Uint8Array.from(labels, (label) => Math.min(BINS - 1, generator.below(40) + shift * label)),
  );
  return { labels, columns };
}

/** G and H of the rows that are meant, where all scores are zero: p = 1/2. */
function sums(labels: Uint8Array, member: (row: number) => boolean): { g: number; h: number } {
  let [g, h] = [0, 0];
  labels.forEach((label, row) => {
    if (!member(row)) return;
    const weight = label === 1 ? 1 : WEIGHT;
    g += weight * (0.5 - label);
    h += weight * 0.25;
  });
  return { g, h };
}
const score = ({ g, h }: { g: number; h: number }) => g ** 2 / (h + OPTIONS.lambda);

test('a stump splits where the gain is largest of all columns and bins, and its leaves are -G / (H + lambda)', () => {
  const { labels, columns } = data();
  const best = { gain: 0, column: -1, bin: -1 };
  columns.forEach((bins, column) => {
    for (let bin = 0; bin < BINS - 1; bin++) {
      const [left, right] = [true, false].map((side) => sums(labels, (row) => bins[row]! <= bin === side));
      if (Math.min(left!.h, right!.h) < OPTIONS.leastHessian) continue;
      const gain = score(left!) + score(right!) - score(sums(labels, () => true));
      if (gain > best.gain) Object.assign(best, { gain, column, bin });
    }
  });
  const [tree] = boost(columns, labels, WEIGHT, OPTIONS, makeGenerator(2, 50));
  expect({ column: tree!.column[0], bin: tree!.bin[0] }).toEqual({ column: best.column, bin: best.bin });
  const leaves = [true, false].map((side) => {
    const { g, h } = sums(labels, (row) => columns[best.column]![row]! <= best.bin === side);
    return (-OPTIONS.rate * g) / (h + OPTIONS.lambda);
  });
  for (const [i, leaf] of leaves.entries()) expect(tree!.leaves[i]).toBeCloseTo(leaf, 6);
});

test('no split leaves a side with less than the least H: all rows go to the left', () => {
  const { labels, columns } = data();
  const [tree] = boost(columns, labels, WEIGHT, { ...OPTIONS, leastHessian: ROWS }, makeGenerator(2, 50));
  expect(tree!.bin[0]).toBe(BINS - 1);
});

test('the second tree sees what the first has left: gradients at its scores', () => {
  const { labels, columns } = data();
  const [first, second] = boost(columns, labels, WEIGHT, { ...OPTIONS, trees: 2 }, makeGenerator(2, 50));
  const scores = new Float32Array(ROWS);
  addTree(first!, columns, scores);
  const members = (leaf: number) => (row: number) =>
    Number(columns[second!.column[0]!]![row]! > second!.bin[0]!) === leaf;
  for (const leaf of [0, 1]) {
    let [g, h] = [0, 0];
    labels.forEach((label, row) => {
      if (!members(leaf)(row)) return;
      const p = 1 / (1 + Math.exp(-scores[row]!));
      const weight = label === 1 ? 1 : WEIGHT;
      g += weight * (p - label);
      h += weight * p * (1 - p);
    });
    expect(second!.leaves[leaf]).toBeCloseTo((-OPTIONS.rate * g) / (h + OPTIONS.lambda), 5);
  }
});

test('a column that a tree does not see it does not split on', () => {
  const { labels, columns } = data();
  const [tree] = boost(columns, labels, WEIGHT, { ...OPTIONS, columnShare: 0 }, makeGenerator(2, 50));
  expect(tree!.bin[0]).toBe(BINS - 1);
});

test('a row goes to the right where its bin is above the node’s', () => {
  const tree = {
    depth: 2,
    column: Uint8Array.of(0, 1, 1),
    bin: Uint8Array.of(5, 2, 3),
    leaves: Float32Array.of(1, 2, 4, 8),
  };
  const columns = [Uint8Array.of(5, 5, 6, 6), Uint8Array.of(2, 3, 3, 4)];
  const scores = Float32Array.of(0, 0, 0, 100);
  addTree(tree, columns, scores);
  expect([...scores]).toEqual([1, 2, 4, 108]);
});
