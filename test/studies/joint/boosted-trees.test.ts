import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import {
  addTree,
  BINS,
  type BoostOptions,
  binValues,
  boost,
  makeBinning,
} from '../../../src/studies/joint/boosted-trees.js';

const ROWS = 400;
const OPTIONS: BoostOptions = { trees: 1, rate: 0.1, lambda: 3, leastHessian: 10, columns: 3 };
/** Weight of class 0. */
const WEIGHT = 0.5;

/** Two classes of three columns of bins, of which the second says most about the class. */
function data() {
  const generator = makeGenerator(1, 50);
  return [1, 0].map((label) => ({
    label,
    weight: label === 1 ? 1 : WEIGHT,
    columns: [0, 20, 8].map((shift) =>
      Uint8Array.from({ length: ROWS / 2 }, () => Math.min(BINS - 1, generator.below(40) + shift * label)),
    ),
  }));
}
type Classes = ReturnType<typeof data>;
/** A row of one of the classes, with its score. */
type Row = (column: number) => number;

/** G and H of the rows that are meant. */
function sums(classes: Classes, member: (row: Row) => boolean, score = (_: number, __: number) => 0) {
  let [g, h] = [0, 0];
  classes.forEach(({ label, weight, columns }, k) => {
    for (let row = 0; row < ROWS / 2; row++) {
      if (!member((column) => columns[column]![row]!)) continue;
      const p = 1 / (1 + Math.exp(-score(k, row)));
      g += weight * (p - label);
      h += weight * p * (1 - p);
    }
  });
  return { g, h };
}
const score = ({ g, h }: { g: number; h: number }) => g ** 2 / (h + OPTIONS.lambda);

/** The best split of some rows by trying all. */
function naiveSplit(classes: Classes, member: (row: Row) => boolean) {
  const best = { gain: 0, column: -1, bin: BINS - 1 };
  for (let column = 0; column < 3; column++)
    for (let bin = 0; bin < BINS - 1; bin++) {
      const [left, right] = [true, false].map((side) =>
        sums(classes, (row) => member(row) && row(column) <= bin === side),
      );
      if (Math.min(left!.h, right!.h) < OPTIONS.leastHessian) continue;
      const gain = score(left!) + score(right!) - score(sums(classes, member));
      if (gain > best.gain) Object.assign(best, { gain, column, bin });
    }
  return best;
}

test('a tree splits where the gain is largest of all columns and bins, and its leaves are -G / (H + lambda)', () => {
  const classes = data();
  const [tree] = boost(classes, OPTIONS, makeGenerator(2, 50));
  const root = naiveSplit(classes, () => true);
  expect({ column: tree!.column[0], bin: tree!.bin[0] }).toEqual({ column: root.column, bin: root.bin });
  for (const side of [0, 1]) {
    const inside = (row: Row) => Number(row(root.column) > root.bin) === side;
    const split = naiveSplit(classes, inside);
    if (split.column >= 0) expect(tree!.column[1 + side]).toBe(split.column);
    expect(tree!.bin[1 + side]).toBe(split.bin);
    for (const up of [0, 1]) {
      const { g, h } = sums(
        classes,
        (row) => inside(row) && Number(row(tree!.column[1 + side]!) > split.bin) === up,
      );
      expect(tree!.leaves[2 * side + up]).toBeCloseTo((-OPTIONS.rate * g) / (h + OPTIONS.lambda), 6);
    }
  }
});

test('no split leaves a side with less than the least H: all rows go to the left', () => {
  const [tree] = boost(data(), { ...OPTIONS, leastHessian: ROWS }, makeGenerator(2, 50));
  expect(tree!.bin).toEqual([BINS - 1, BINS - 1, BINS - 1]);
});

test('the second tree sees what the first has left: gradients at its scores', () => {
  const classes = data();
  const [first, second] = boost(classes, { ...OPTIONS, trees: 2 }, makeGenerator(2, 50));
  const scores = classes.map(({ columns }) => {
    const own = new Float32Array(ROWS / 2);
    addTree(first!, columns, own);
    return own;
  });
  const right = (row: Row, node: number) => Number(row(second!.column[node]!) > second!.bin[node]!);
  for (let leaf = 0; leaf < 4; leaf++) {
    const { g, h } = sums(
      classes,
      (row) => 2 * right(row, 0) + right(row, 1 + right(row, 0)) === leaf,
      (k, row) => scores[k]![row]!,
    );
    expect(second!.leaves[leaf]).toBeCloseTo((-OPTIONS.rate * g) / (h + OPTIONS.lambda), 5);
  }
});

test('a column that a tree does not see it does not split on', () => {
  const [none] = boost(data(), { ...OPTIONS, columns: 0 }, makeGenerator(2, 50));
  expect(none!.bin[0]).toBe(BINS - 1);
  for (const { column } of boost(data(), { ...OPTIONS, columns: 1, trees: 20 }, makeGenerator(3, 50)))
    expect(new Set(column).size).toBe(1);
});

test('a row goes to the right where its bin is above the node’s', () => {
  const tree = { column: [0, 1, 1], bin: [5, 2, 3], leaves: [1, 2, 4, 8] };
  const columns = [Uint8Array.of(5, 5, 6, 6), Uint8Array.of(2, 3, 3, 4)];
  const scores = Float32Array.of(0, 0, 0, 100);
  addTree(tree, columns, scores);
  expect([...scores]).toEqual([1, 2, 4, 108]);
});

test('bins rise with the values, hold as many of them as meant, and narrow ones the ends', () => {
  const values = Float32Array.from({ length: 58_000 }, (_, i) => ((i * 7919) % 58_000) / 58_000);
  const bins = new Uint8Array(values.length);
  binValues(makeBinning(values), values, bins);
  const counts = new Array<number>(BINS).fill(0);
  values.forEach((value, i) => {
    counts[bins[i]!]!++;
    // A cell of the grid is 1/2048 of the range.
    if (value < 1 / 512 - 1 / 2048) expect(bins[i]).toBe(0);
    if (value > 1 - 1 / 512 + 1 / 2048) expect(bins[i]).toBe(BINS - 1);
  });
  for (const count of counts.slice(4, -4)) expect(Math.abs(count - 1000)).toBeLessThanOrEqual(60);
});

test('equal values share a bin, and those beyond the sample the outermost', () => {
  const binning = makeBinning(Float32Array.of(3, 1, 1, 2));
  const bins = new Uint8Array(5);
  binValues(binning, Float32Array.of(1, 1, 2, -100, 100), bins);
  expect(bins[0]).toBe(bins[1]);
  expect(bins[2]).toBeGreaterThan(bins[0]!);
  expect(bins[3]).toBe(bins[0]);
  expect(bins[4]).toBe(bins[2]);
});
