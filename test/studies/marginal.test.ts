import { expect, test } from '@jest/globals';
import { marginal } from '../../src/studies/marginal.js';

/** Three replicates over two bins, with under- and overflow. */
const totals = {
  edges: Float32Array.from([0, 1, 3]),
  counts: Uint32Array.from([1, 5, 3, 0, /**/ 0, 7, 2, 0, /**/ 0, 6, 1, 2]),
  less: new Uint32Array(9),
  equal: new Uint32Array(9),
  median: new Float32Array(9),
};

test('median and band of three replicates by hand (R-7)', () => {
  const truth = Float32Array.from([-1, 0, 0.5, 0.5, 0.9, 1, 2, 3, 4]);
  const spectrum = marginal(totals, truth);
  expect(spectrum.edges).toEqual([0, 1, 3]);
  expect(spectrum.truth).toEqual([4, 2]);
  expect(spectrum.median).toEqual([6, 2]);
  expect(spectrum.q16).toEqual([5.32, 1.32].map((value) => expect.closeTo(value, 12)));
  expect(spectrum.q84).toEqual([6.68, 2.68].map((value) => expect.closeTo(value, 12)));
  expect(spectrum.ratio).toEqual([1.5, 1]);
  expect(spectrum.underflow).toEqual({ truth: 1, median: 0 });
  expect(spectrum.overflow).toEqual({ truth: 2, median: 0 });
});

test('an empty bin has an error bar and no ratio', () => {
  const spectrum = marginal(totals, Float32Array.from([0.5]));
  expect(spectrum.ratio[1]).toBeNull();
  expect(spectrum.truthLow[1]).toBe(0);
  expect(spectrum.truthHigh[1]).toBeCloseTo(1.841, 3);
});

test('one replicate is its own median and band', () => {
  const one = { ...totals, counts: totals.counts.slice(0, 4) };
  const { median, q16, q84 } = marginal(one, Float32Array.from([0.5]));
  expect([median, q16, q84]).toEqual([
    [5, 3],
    [5, 3],
    [5, 3],
  ]);
});
