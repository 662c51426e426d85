import { expect, test } from '@jest/globals';
import { UsageError } from '../../src/errors.js';
import { predictionContents, predictionSchema, quantileColumn } from '../../src/sampling/prediction-files.js';

test('a quantile’s column has the digits behind the decimal point, at least two', () => {
  const names = {
    0: 'pt_q00',
    1e-7: 'pt_q0000001',
    2.5e-7: 'pt_q00000025',
    0.025: 'pt_q025',
    0.05: 'pt_q05',
    0.1: 'pt_q10',
    0.159: 'pt_q159',
    0.16: 'pt_q16',
    0.5: 'pt_q50',
    0.84: 'pt_q84',
    0.999: 'pt_q999',
    1: 'pt_q100',
  };
  for (const [level, name] of Object.entries(names)) expect(quantileColumn('pt', Number(level))).toBe(name);
});

test('kept columns stand behind jet_index, lists have one number a sample', () => {
  const contents = predictionContents({
    nested: true,
    keep: ['event'],
    columns: ['jet_index', 'sample_index', 'pt'],
  });
  expect(predictionSchema(contents, 3, [{ name: 'event', type: 'uint64' }])).toEqual([
    { name: 'jet_index', type: 'uint32' },
    { name: 'event', type: 'uint64' },
    { name: 'pt', type: 'float32', unit: 'GeV', listLength: 3 },
  ]);
});

test.each([
  [{ format: 'root' }, 'format is one of parquet, arrow, csv, npy, not root'],
  [{ columns: ['pt', 'energy'] }, 'not energy'],
  [{ quantiles: [0.5, 2] }, 'numbers in [0, 1], not 0.5, 2'],
  [{ quantiles: [0.5], nested: true }, 'one row a jet already'],
  [{ keep: ['event', 'pt'] }, '--keep pt: predictions have a column of that name'],
  [{ keep: ['pt_q50'], quantiles: [0.5] }, '--keep pt_q50'],
])('%j is refused', (asked, message) => {
  expect(() => predictionContents(asked)).toThrow(UsageError);
  expect(() => predictionContents(asked)).toThrow(message);
});
