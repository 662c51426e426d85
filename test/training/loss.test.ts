import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type TargetTransform, targetValue } from '../../src/model/transforms.js';
import { pinball } from '../../src/stats/pinball.js';
import { type Batch, targetOf } from '../../training/batch.js';
import { lossMeans, regularisedLoss } from '../../training/loss.js';
import { inLossUnit, lossUnit } from '../../training/loss-unit.js';
import { EVERY_NETWORK, numbers, someBatch } from './networks/every-network.js';

const ROWS = 64;
const spec = EVERY_NETWORK['paper, affine']!;

function lossOf(batch: Batch, quantile: Float32Array, slope: Float32Array, lambda: number) {
  const quantileGradient = new Float32Array(batch.rows);
  const slopeGradient = new Float32Array(batch.rows);
  const loss = regularisedLoss(batch, { quantile, slope }, lambda, quantileGradient, slopeGradient);
  return { ...loss, quantileGradient, slopeGradient };
}

test('the plain pinball and the closed form of the penalty, weighted', () => {
  const batch = someBatch(spec, ROWS);
  const [quantile, slope] = [numbers(ROWS, 10), numbers(ROWS, 11)];
  const loss = lossOf(batch, quantile, slope, 3);
  let [plain, penalty, crossings] = [0, 0, 0];
  for (let row = 0; row < ROWS; row++) {
    const weight = batch.weights![row]!;
    plain += (weight * pinball(targetOf(batch, row), quantile[row]!, batch.tau[row]!)) / ROWS;
    penalty += (weight * (slope[row]! < 0 ? slope[row]! ** 2 : 0)) / ROWS;
    crossings += (slope[row]! < 0 ? 1 : 0) / ROWS;
  }
  expect(loss.pinball).toBeCloseTo(plain, 7);
  expect(loss.penalty).toBeCloseTo(penalty, 7);
  expect(loss.crossings).toBeCloseTo(crossings, 7);
});

test('a penalty worked out by hand', () => {
  // Slopes -2 and 1 with lambda 10: 10 (4 + 0) / 2 = 20 and its derivative by the first slope 2 · 10 · (-2) / 2 = -20.
  const batch = { ...someBatch(spec, 2), weights: undefined };
  const { penalty, slopeGradient, crossings } = lossOf(
    batch,
    new Float32Array(2),
    Float32Array.of(-2, 1),
    10,
  );
  expect(10 * penalty).toBe(20);
  expect([...slopeGradient]).toEqual([-20, 0]);
  expect(crossings).toBe(0.5);
});

test('its derivatives are those of finite differences', () => {
  const batch = someBatch(spec, ROWS);
  const [quantile, slope] = [numbers(ROWS, 10), numbers(ROWS, 11)];
  const lambda = 3;
  const total = (changed: Float32Array, changedSlope: Float32Array) => {
    const { pinball, penalty } = lossOf(batch, changed, changedSlope, lambda);
    return pinball + lambda * penalty;
  };
  const { quantileGradient, slopeGradient } = lossOf(batch, quantile, slope, lambda);
  const step = 2 ** -10;
  for (let row = 0; row < ROWS; row++) {
    const moved = (values: Float32Array, by: number) =>
      values.map((value, i) => (i === row ? value + by : value));
    const byQuantile =
      (total(moved(quantile, step), slope) - total(moved(quantile, -step), slope)) / (2 * step);
    const bySlope = (total(quantile, moved(slope, step)) - total(quantile, moved(slope, -step))) / (2 * step);
    expect(Math.abs(quantileGradient[row]! - byQuantile)).toBeLessThan(1e-6);
    expect(Math.abs(slopeGradient[row]! - bySlope)).toBeLessThan(1e-4);
  }
});

test('it is least at the quantile', () => {
  // 1000 targets spread evenly in (-1, 1): their 0.8 quantile is 0.6.
  const rows = 1000;
  const batch: Batch = {
    ...someBatch(spec, rows),
    steps: new Uint8Array(rows),
    targets: Float32Array.from({ length: 4 * rows }, (_, i) => (2 * ((i >>> 2) + 0.5)) / rows - 1),
    tau: new Float32Array(rows).fill(0.8),
    weights: undefined,
  };
  const at = (value: number) =>
    lossOf(batch, new Float32Array(rows).fill(value), new Float32Array(rows), 0).pinball;
  for (const value of [-0.5, 0, 0.5, 0.59, 0.61, 0.7, 1]) expect(at(value)).toBeGreaterThan(at(0.6));
});

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

const withFloor: TargetTransform = {
  variable: 'pt',
  transform: 'log-ratio',
  offset: 0,
  floor: 20,
  mean: -0.6,
  sd: 0.8,
};

describe('the unit of losses', () => {
  test('is that of the log ratio for any floor', () => {
    const pt = Float32Array.of(15, 40, 3000);
    const reco = [20.5, 90, 2500];
    const unit = lossUnit(withFloor, pt, 0.2)!;
    reco.forEach((value, jet) => {
      const y = (targetValue(withFloor, value, pt[jet]!) - withFloor.mean) / withFloor.sd;
      expect(inLossUnit(unit, y, jet)).toBeCloseTo(Math.log(value / pt[jet]!) / 0.2, 4);
    });
  });

  test('is the network’s own without a floor', () => {
    expect(lossUnit({ ...withFloor, floor: 0 }, Float32Array.of(1), 1)).toBeUndefined();
  });
});
