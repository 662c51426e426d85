import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/stats/generator.js';
import { medianErrors, medians } from '../../src/studies/medians.js';

const source = { name: 'by hand', sha256: '' };

test('errors by hand; the sd is about the mean error', () => {
  const table = {
    rows: 3,
    columns: { reco_pt: Float32Array.from([11, 22, 36]), gen_pt: Float32Array.from([10, 20, 30]) },
    source,
  };
  expect(medians('pt', Float32Array.from([12, 20, 31]), table.columns.gen_pt, table)).toEqual({
    meanAbsError: 1,
    sdError: expect.closeTo(Math.sqrt(2 / 3), 12),
    typicalMeanAbsError: 3,
    typicalSdError: expect.closeTo(Math.sqrt(14 / 3), 12),
  });
});

test('phi errors take the shorter way', () => {
  const table = {
    rows: 2,
    columns: { reco_phi: Float32Array.from([3, -3]), gen_phi: Float32Array.from([-3, 3]) },
    source,
  };
  const { meanAbsError, typicalMeanAbsError } = medians(
    'phi',
    Float32Array.from([3.1, -3.1]),
    table.columns.gen_phi,
    table,
  );
  expect(meanAbsError).toBeCloseTo(2 * Math.PI - 6.1, 6);
  expect(typicalMeanAbsError).toBeCloseTo(2 * Math.PI - 6, 6);
});

test('without reco or gen there is nothing typical', () => {
  const table = { rows: 1, columns: { gen_eta: Float32Array.from([1]) }, source };
  const { typicalMeanAbsError, typicalSdError } = medians(
    'eta',
    Float32Array.from([2]),
    table.columns.gen_eta,
    table,
  );
  expect([typicalMeanAbsError, typicalSdError]).toEqual([null, null]);
});

test('the order of jets does not show in the last bit', () => {
  const truth = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** (i % 7));
  const median = truth.map((value, i) => value * (1 + Math.cos(i * i) / 10));
  const table = { rows: 1000, columns: { gen_pt: truth }, source };
  const backwards = { ...table, columns: { gen_pt: truth.toReversed() } };
  expect(medians('pt', median.toReversed(), truth.toReversed(), backwards)).toEqual(
    medians('pt', median, truth, table),
  );
});

describe('standard errors', () => {
  const rows = 10_000;
  const draw = makeGenerator(5, 98);
  const gen = Float32Array.from({ length: rows }, () => 100);
  const noise = Float32Array.from({ length: rows }, () => draw.normal());
  const table = {
    rows,
    columns: { gen_pt: gen, reco_pt: gen.map((pt, i) => pt + noise[i]!) },
    source: { name: '', sha256: '' },
  };

  test('the same errors on each jet: their difference is exact', () => {
    const errors = medianErrors('pt', table.columns.reco_pt, gen, table, 1, 0);
    expect(errors.meanAbsDifference).toBeLessThan(1e-12);
    expect(errors.sdDifference).toBeLessThan(1e-12);
  });

  // Predictions twice as wide as the typical reconstruction, and off by five.
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
});
