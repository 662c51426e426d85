import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { splitPart } from '../../src/jets/split.js';
import type { JetsTable } from '../../src/jets/table.js';
import { makeGenerator } from '../../src/stats/generator.js';
import { createDataset, type DatasetOptions, LEAST_SPREAD } from '../../training/dataset.js';
import { selectionFloor } from '../../training/selection-floor.js';
import { makeReferenceJets } from '../reference-detector.js';

const OPTIONS: DatasetOptions = {
  task: 'simulation',
  splitSeed: 1,
  inputs: [],
  cells: 0,
  symmetric: false,
  weight: null,
};
const JETS = 300;
const jets = makeReferenceJets(JETS, 3);
const without = (name: string): JetsTable => ({
  ...jets,
  columns: Object.fromEntries(Object.entries(jets.columns).filter(([column]) => column !== name)),
});
const withColumns = (columns: JetsTable['columns']): JetsTable => ({
  ...jets,
  columns: { ...jets.columns, ...columns },
});

test('inputs and targets have mean 0 and spread 1 over the training jets, and no test jet moves them', () => {
  const { train, inputs, targets } = createDataset(jets, OPTIONS);
  const width = inputs.length;
  for (const [rows, columns] of [
    [train.inputs, width],
    [train.targets, 4],
  ] as const)
    for (let column = 0; column < columns; column++) {
      const values = Array.from({ length: train.count }, (_, row) => rows[row * columns + column]!);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const square = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
      // Values of order 1 in float32, a few hundred of them.
      expect(mean).toBeCloseTo(0, 5);
      expect(square).toBeCloseTo(1, 5);
    }
  const spoilt = jets.columns.reco_pt!.map((pt, jet) => (splitPart(jet, 1) === 'test' ? 10 * pt : pt));
  expect(createDataset(withColumns({ reco_pt: spoilt }), OPTIONS).targets).toEqual(targets);
});

describe('a response that is the same in all jets', () => {
  const { gen_phi, gen_eta } = jets.columns;

  test.each([
    ['but for the rounding of float32', (phi: number) => phi + 0.01],
    ['exactly', (phi: number) => phi],
  ])('%s is standardised with the least spread, so that rounding stays small', (_, move) => {
    const { train, targets } = createDataset(withColumns({ reco_phi: gen_phi!.map(move) }), OPTIONS);
    expect(targets[2]!.sd).toBe(LEAST_SPREAD);
    // 2^-24 of values up to pi, twice, over 2^-12.
    for (let jet = 0; jet < train.count; jet++)
      expect(Math.abs(train.targets[4 * jet + 2]!)).toBeLessThan(2e-3);
  });

  test('does not touch the others', () => {
    const { targets } = createDataset(withColumns({ reco_eta: gen_eta! }), OPTIONS);
    const plain = createDataset(jets, OPTIONS).targets;
    for (const step of [0, 2, 3]) expect(targets[step]).toEqual(plain[step]);
  });
});

describe('refused, naming the file', () => {
  const few = (rows: number): JetsTable => ({
    ...jets,
    rows,
    columns: Object.fromEntries(
      Object.entries(jets.columns).map(([name, c]) => [name, c!.subarray(0, rows)]),
    ),
  });
  test.each<[string, JetsTable, RegExp]>([
    ['too few jets', few(2), /has 2 jets, too few to train on: \d for training, \d for validation/],
    [
      'an input that has one value',
      withColumns({ gen_eta: new Float32Array(JETS) }),
      /column eta has one value in all jets; leave it out/,
    ],
    ['a missing column', without('reco_mass'), /has no column reco_mass, which this task needs/],
  ])('%s', (_, table, message) => {
    expect(() => createDataset(table, OPTIONS)).toThrow(InputError);
    expect(() => createDataset(table, OPTIONS)).toThrow(message);
  });
});

const all = Uint32Array.from({ length: 20_000 }, (_, i) => i);

/** Exponential spectrum above `cut`, smeared or not: its density at the cut is 1/30 a GeV. */
function spectrum(cut: number): Float32Array {
  const { uniform } = makeGenerator(1, 99, 0);
  return Float32Array.from(all, () => Math.fround(cut - 30 * Math.log(1 - uniform())));
}

test('a cut at 20 GeV is found as a round number below every jet', () => {
  expect(selectionFloor(spectrum(20.001), all)).toBe(20);
});

test('a spectrum that runs out has none', () => {
  const { uniform } = makeGenerator(2, 99, 0);
  // Sum of twelve uniform numbers: near normal, in log pt.
  const pt = Float32Array.from(all, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return 100 * Math.exp(0.5 * sum);
  });
  expect(selectionFloor(pt, all)).toBe(0);
});

test('the floor lies below jets that sit on the cut', () => {
  const pt = spectrum(20).fill(20, 0, 100);
  expect(selectionFloor(pt, all)).toBeLessThan(20);
});

test('only the training jets count', () => {
  const pt = spectrum(20.001);
  pt[0] = 3;
  expect(selectionFloor(pt, all.subarray(1))).toBe(20);
});
