import { expect, test } from '@jest/globals';
import { type Histogram, histogramsCsv, uhiJson, yodaText } from '../../src/files/write-histograms.js';

const COUNTS: Histogram = {
  name: 'pt/true',
  axis: 'pt',
  stage: 'gen',
  label: 'gen pt [GeV]',
  edges: [0, 1, 2, 4],
  values: [3, 0, 5],
  underflow: 1,
  overflow: 2,
};
const BAND: Histogram = { ...COUNTS, name: 'pt/predicted', band: { low: [2, 0, 4], high: [4.5, 1, 7] } };

test('UHI JSON has flow bins at both ends of the values, and the band beside them', () => {
  const found = JSON.parse(uhiJson([COUNTS, BAND]));
  expect(Object.keys(found)).toEqual(['pt/true', 'pt/predicted', 'pt/predicted/low', 'pt/predicted/high']);
  expect(found['pt/true']).toMatchObject({
    uhi_schema: 1,
    axes: [
      {
        type: 'variable',
        edges: [0, 1, 2, 4],
        underflow: true,
        overflow: true,
        metadata: { name: 'pt', label: 'gen pt [GeV]', stage: 'gen' },
      },
    ],
    storage: { type: 'double', values: [1, 3, 0, 5, 2] },
  });
  expect(found['pt/predicted/high'].storage.values).toEqual([0, 4.5, 1, 7, 0]);
});

test('CSV has a line a bin', () => {
  expect(histogramsCsv([BAND])).toBe(
    [
      'histogram,xlow,xhigh,value,low,high',
      'pt/predicted,-inf,0,1,,',
      'pt/predicted,0,1,3,2,4.5',
      'pt/predicted,1,2,0,0,1',
      'pt/predicted,2,4,5,4,7',
      'pt/predicted,4,inf,2,,',
      '',
    ].join('\n'),
  );
});

test('YODA text: counts with their sums, and points with their errors', () => {
  const [histogram, points] = yodaText([COUNTS, BAND]).split('\n\n');
  const numbers = (line: string) => line.split('\t').map(Number);
  const lines = histogram!.split('\n');
  expect(lines[0]).toBe('BEGIN YODA_HISTO1D_V2 /jet-iqn/pt/true');
  const bins = lines.slice(lines.findIndex((line) => line.startsWith('# xlow')) + 1, -1);
  // xlow, xhigh, sumw, sumw2, sumwx, sumwx2, entries: the bin's middle stands for x.
  expect(bins.map(numbers)).toEqual([
    [0, 1, 3, 3, 1.5, 0.75, 3],
    [1, 2, 0, 0, 0, 0, 0],
    [2, 4, 5, 5, 15, 45, 5],
  ]);
  expect(
    lines
      .find((line) => line.startsWith('Total'))!
      .split('\t')
      .slice(2)
      .map(Number),
  ).toEqual([11, 11, 16.5, 45.75, 11]);
  const rows = points!.trim().split('\n').slice(6, -1);
  expect(rows.map(numbers)).toEqual([
    [0.5, 0.5, 0.5, 3, 1, 1.5],
    [1.5, 0.5, 0.5, 0, 0, 1],
    [3, 1, 1, 5, 1, 2],
  ]);
});
