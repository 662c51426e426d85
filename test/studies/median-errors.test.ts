import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/stats/generator.js';
import { medianErrors } from '../../src/studies/medians.js';

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

describe('predictions twice as wide as the typical reconstruction, and off by five', () => {
  const wide = Float32Array.from({ length: rows }, (_, i) => 105 + 2 * noise[(i + rows / 2) % rows]!);
  const errors = medianErrors('pt', wide, gen, table, 1, 0);
  // |e| is e but for 0.6 % of the jets, so that the mean of both has nearly the error 2 / sqrt(N).
  const sd = 1 / Math.sqrt(2 * rows);
  const typicalMean = Math.sqrt((1 - 2 / Math.PI) / rows);

  test.each([
    ['meanAbsError', 2 / Math.sqrt(rows)],
    ['sdError', 2 * sd],
    ['typicalMeanAbsError', typicalMean],
    ['typicalSdError', sd],
    // Independent of each other: the squares add up.
    ['meanAbsDifference', Math.hypot(2 / Math.sqrt(rows), typicalMean)],
    ['sdDifference', Math.hypot(2 * sd, sd)],
  ] as const)('%s has the error %p of independent normal values', (name, expected) => {
    // The bootstrap of 500 resamples and the jets themselves: 16 % are five standard deviations.
    expect(errors[name]! / expected).toBeGreaterThan(0.84);
    expect(errors[name]! / expected).toBeLessThan(1.16);
  });
});

test('errors that are all alike have a standard deviation known to be zero', () => {
  // Off by 0.1: rounding leaves a mean square a little below the square of the mean.
  const errors = medianErrors('eta', new Float32Array(999).fill(0.1), new Float32Array(999), table, 1, 0);
  expect(errors.sdError).toBeLessThan(1e-8);
  expect(errors.meanAbsError).toBeLessThan(1e-12);
});

test('each variable and seed has random numbers of its own', () => {
  const median = Float32Array.from(noise);
  const of = (seed: number, part: number) =>
    medianErrors('eta', median, new Float32Array(rows), { ...table, columns: {} }, seed, part);
  expect(of(1, 0)).toEqual(of(1, 0));
  expect(of(1, 1).sdError).not.toBe(of(1, 0).sdError);
  expect(of(2, 0).sdError).not.toBe(of(1, 0).sdError);
  expect(of(1, 0)).toMatchObject({ typicalSdError: null, sdDifference: null });
});
