import { expect, test } from '@jest/globals';
import { medians } from '../../src/studies/medians.js';

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
