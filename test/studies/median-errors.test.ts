import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/random/generator.js';
import { medianErrors } from '../../src/studies/median-errors.js';

const rows = 10_000;
const draw = makeGenerator(5, 98);
const gen = Float32Array.from({ length: rows }, () => 100);
const noise = Float32Array.from({ length: rows }, () => draw.normal());
const table = {
  rows,
  columns: { gen_pt: gen, reco_pt: gen.map((pt, i) => pt + noise[i]!) },
  source: { name: '', sha256: '' },
};

test('normal errors: mean |e| has the error sqrt(1 - 2/pi) / sqrt(N), the sd 1 / sqrt(2 N)', () => {
  const median = gen.map((pt, i) => pt + noise[(i + 1) % rows]!);
  const errors = medianErrors('pt', median, gen, table, 1, 0);
  const near = (found: number, expected: number) => {
    expect(found / expected).toBeGreaterThan(0.84);
    expect(found / expected).toBeLessThan(1.16);
  };
  near(errors.meanAbsError, Math.sqrt((1 - 2 / Math.PI) / rows));
  near(errors.sdError, Math.sqrt(1 / (2 * rows)));
  near(errors.typicalMeanAbsError!, Math.sqrt((1 - 2 / Math.PI) / rows));
});

test('the same errors on each jet: their difference is exact', () => {
  const errors = medianErrors('pt', table.columns.reco_pt, gen, table, 1, 0);
  expect(errors.meanAbsDifference).toBeLessThan(1e-12);
  expect(errors.sdDifference).toBeLessThan(1e-12);
});

test('nothing typical: null', () => {
  const bare = { ...table, columns: { gen_pt: gen } };
  const { typicalMeanAbsError, meanAbsDifference } = medianErrors(
    'pt',
    table.columns.reco_pt,
    gen,
    bare,
    1,
    0,
  );
  expect([typicalMeanAbsError, meanAbsDifference]).toEqual([null, null]);
});
