import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { lossMeans } from '../../training/loss-means.js';

let milliseconds = 0;
beforeEach(() => {
  milliseconds = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => milliseconds);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const learnt = (pinball: number, rate: number) => ({
  pinball,
  likelihood: null,
  penalty: 2 * pinball,
  crossings: pinball / 10,
  rate,
});
const refined = (likelihood: number) => ({
  pinball: null,
  likelihood,
  penalty: 0,
  crossings: 0,
  rate: 1e-3,
});

test('means of the steps since the last time, the last rate, and rows over the time between', () => {
  const means = lossMeans();
  means.add(learnt(1, 0.1));
  means.take(512);
  means.add(learnt(2, 0.2));
  means.add(learnt(4, 0.3));
  milliseconds += 500;
  const { crossings, ...others } = means.take(512);
  expect(others).toEqual({ pinball: 3, likelihood: null, penalty: 6, rate: 0.3, rowsPerSecond: 2048 });
  expect(crossings).toBeCloseTo(0.3, 12);
});

test('what came before refining is no part of its means', () => {
  const means = lossMeans();
  means.add(learnt(7, 0.1));
  milliseconds += 900;
  means.add(refined(-1));
  means.add(refined(-3));
  milliseconds += 100;
  expect(means.take(10)).toEqual({
    pinball: null,
    likelihood: -2,
    penalty: 0,
    crossings: 0,
    rate: 1e-3,
    rowsPerSecond: 200,
  });
});
