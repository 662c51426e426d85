import { describe, expect, test } from '@jest/globals';
import { harmonicValue } from '../../src/model/transforms.js';
import { createBatch, fillBatch } from '../../training/batch.js';
import { createDataset, type DatasetOptions } from '../../training/dataset.js';
import { applySymmetries } from '../../training/symmetries.js';
import { makeReferenceJets } from '../reference-detector.js';

const CELLS = 72;
const JETS = 400;
const OPTIONS: DatasetOptions = {
  task: 'simulation',
  splitSeed: 1,
  inputs: [],
  cells: CELLS,
  symmetric: true,
  weight: null,
};
const { train, inputs, harmonics, targets } = createDataset(makeReferenceJets(JETS, 3), OPTIONS);
const width = inputs.length + harmonics.length;
const order = Uint32Array.from({ length: train.count }, (_, jet) => jet);

/** The jets of one step, and the same as the table has them. */
function step(number: number, seed = 1) {
  const plain = createBatch(4 * train.count, width, true, false);
  const batch = createBatch(4 * train.count, width, true, false);
  fillBatch(plain, train, true, order, 0);
  fillBatch(batch, train, true, order, 0);
  applySymmetries(batch, train.symmetries!, new Float32Array(batch.jets), seed, number);
  return { plain, batch };
}
const physical = (row: Float32Array, jet: number, place: number, from = inputs) =>
  row[jet * width + place]! * from[place]!.sd + from[place]!.mean;

describe('one step', () => {
  const { plain, batch } = step(5);
  const signs = (place: number) =>
    Array.from({ length: train.count }, (_, jet) =>
      Math.sign(batch.inputs[jet * width + place]! * plain.inputs[jet * width + place]!),
    );

  test('pt and mass, and the targets of both, are what they were', () => {
    for (const place of [0, 3])
      for (let jet = 0; jet < train.count; jet++) {
        expect(batch.inputs[jet * width + place]).toBe(plain.inputs[jet * width + place]);
        expect(batch.targets[4 * jet + place]).toBe(plain.targets[4 * jet + place]);
      }
  });

  test('eta and its difference are mirrored together, in about half of the jets', () => {
    const mirrored = signs(1);
    for (let jet = 0; jet < train.count; jet++) {
      expect(batch.inputs[jet * width + 1]).toBe(mirrored[jet]! * plain.inputs[jet * width + 1]!);
      expect(batch.targets[4 * jet + 1]).toBe(mirrored[jet]! * plain.targets[4 * jet + 1]!);
    }
    const share = mirrored.filter((sign) => sign < 0).length / train.count;
    // Four standard deviations: once in 16,000 seeds.
    expect(Math.abs(share - 0.5)).toBeLessThan(2 / Math.sqrt(train.count));
  });

  test('harmonics are those of the moved directions: the formula of the graph gives them', () => {
    for (let jet = 0; jet < train.count; jet++)
      harmonics.forEach((harmonic, i) => {
        const value = physical(batch.inputs, jet, harmonic.column === 'eta' ? 1 : 2);
        const standardised = (harmonicValue(harmonic, value) - harmonic.mean) / harmonic.sd;
        // Directions in float32, up to 4.7, times frequencies up to 108.
        expect(Math.abs(batch.inputs[jet * width + inputs.length + i]! - standardised)).toBeLessThan(2e-4);
      });
  });

  test('phi moves by whole double cells within (-pi, pi], its difference is mirrored with it', () => {
    const turn = (2 * Math.PI) / (CELLS / 2);
    let mirrored = 0;
    const turns = new Set<number>();
    for (let jet = 0; jet < train.count; jet++) {
      const before = physical(plain.inputs, jet, 2);
      const after = physical(batch.inputs, jet, 2);
      expect(Math.abs(after)).toBeLessThanOrEqual(Math.PI + 1e-6);
      const sign = Math.sign(batch.targets[4 * jet + 2]! * plain.targets[4 * jet + 2]!);
      if (sign < 0) mirrored++;
      const moved = (after - sign * before) / turn;
      expect(Math.abs(moved - Math.round(moved))).toBeLessThan(1e-5);
      turns.add((Math.round(moved) + CELLS) % (CELLS / 2));
    }
    expect(turns.size).toBe(CELLS / 2);
    expect(Math.abs(mirrored / train.count - 0.5)).toBeLessThan(2 / Math.sqrt(train.count));
  });

  test('depends on seed and step, and on nothing else', () => {
    expect(step(5).batch.inputs).toEqual(batch.inputs);
    expect(step(6).batch.inputs).not.toEqual(batch.inputs);
    expect(step(5, 2).batch.inputs).not.toEqual(batch.inputs);
  });
});

test('what a mirror changes is standardised about 0, the rest as ever', () => {
  const plain = createDataset(makeReferenceJets(JETS, 3), { ...OPTIONS, symmetric: false });
  expect(plain.train.symmetries).toBeUndefined();
  const odd = [...inputs, ...harmonics].map(({ mean }) => mean === 0);
  expect(odd).toEqual([
    ...[false, true, true, false],
    ...Array.from({ length: 6 }, () => true),
    ...Array.from({ length: 9 }, () => false),
  ]);
  expect(targets.map(({ mean }) => mean === 0)).toEqual([false, true, true, false]);
  for (const place of [0, 3]) expect(inputs[place]).toEqual(plain.inputs[place]);
  for (const place of [1, 2])
    expect(inputs[place]!.sd).toBeCloseTo(Math.hypot(plain.inputs[place]!.mean, plain.inputs[place]!.sd), 12);
});
