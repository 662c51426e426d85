/** The density of the spline through quantiles: a density, that of the network where it is smooth, with the right derivatives. */
import { describe, expect, test } from '@jest/globals';
import {
  KNOT_COUNT,
  KNOT_SPACING,
  knotLogit,
  type SplineLikelihood,
  splineLikelihood,
} from '../../training/spline-likelihood.js';
import { numbers } from './networks/every-network.js';

const LAMBDA = 3;
const fresh = (): SplineLikelihood => ({ loss: 0, penalty: 0, gradient: new Float64Array(4) });

/** -log density at y of the spline through f's values at the knots, its segment found one knot after the other. */
function lossAt(f: (s: number) => number, y: number, offset: number, lambda = 0): SplineLikelihood {
  let segment = -1;
  while (segment < KNOT_COUNT - 1 && f(knotLogit(segment + 1, offset)) <= y) segment++;
  const near = [-1, 0, 1, 2].map((place) => f(knotLogit(segment + place, offset)));
  return splineLikelihood(y, near, segment, offset, lambda, fresh());
}

/** Rising, with kinks and slopes between 0.3 and 1.7 at random. */
function risingCurve(place: number): (s: number) => number {
  const slopes = numbers(61, place).map((value) => 1 + 0.7 * value);
  const heights = [-30];
  for (const slope of slopes) heights.push(heights.at(-1)! + slope);
  return (s) => {
    const at = Math.min(60, Math.max(0, Math.floor(s + 30)));
    return heights[at]! + (s + 30 - at) * slopes[at]!;
  };
}

describe('a density', () => {
  test.each([1, 2, 3, 4])('integrates to 1, tails included (curve %i)', (place) => {
    const f = risingCurve(place);
    const [low, high, points] = [f(-29), f(29), 40_000];
    let sum = 0;
    for (let i = 0; i < points; i++) {
      const y = low + ((i + 0.5) * (high - low)) / points;
      sum += Math.exp(-lossAt(f, y, 0.3).loss);
    }
    // Beyond e^-15 all is counted as e^-15: 60 units of it are 2e-5.
    expect((sum * (high - low)) / points).toBeCloseTo(1, 4);
  });

  test('is exact where quantiles are logistic', () => {
    for (const y of [-12, -3, 0.1, 2, 9.5]) {
      const s = (y - 0.5) / 2;
      const expected = -Math.log((Math.exp(s) / (1 + Math.exp(s)) ** 2) * 0.5);
      expect(lossAt((s) => 0.5 + 2 * s, y, -0.2).loss).toBeCloseTo(expected, 10);
    }
  });

  test('is that of a curved quantile function to half a percent', () => {
    // tau = sigmoid(s), y = 3 tanh(s / 6) + s: density sigma'(s) / (dy/ds).
    const f = (s: number) => s + 3 * Math.tanh(s / 6);
    for (let s = -6; s < 6; s += 0.37) {
      const slope = 1 + 0.5 / Math.cosh(s / 6) ** 2;
      const expected = Math.log(slope) + Math.log1p(Math.exp(-s)) + Math.log1p(Math.exp(s));
      expect(Math.abs(lossAt(f, f(s), 0.1).loss - expected)).toBeLessThan(0.005);
    }
  });
});

describe('derivatives', () => {
  const cases: [string, number, number[], number][] = [
    ['between knots', 0.31, [-0.9, -0.1, 0.8, 1.1], 11],
    ['near a knot', 0.79, [-0.9, -0.1, 0.8, 2.9], 4],
    ['below all knots', -3.2, [-3.9, -3.4, -3, -2.2], -1],
    ['above all knots', 4.4, [2.8, 3.1, 3.9, 4.2], KNOT_COUNT - 1],
    ['where the gap before falls', 0.31, [0.4, -0.1, 0.8, 1.1], 11],
    ['where the gap after falls', 0.31, [-0.9, -0.1, 0.8, 0.6], 11],
  ];
  test.each(cases)('%s: those of finite differences', (_, y, quantiles, segment) => {
    const total = (f: number[]) => {
      const { loss, penalty } = splineLikelihood(y, f, segment, 0.2, LAMBDA, fresh());
      return loss + LAMBDA * penalty;
    };
    const { gradient } = splineLikelihood(y, quantiles, segment, 0.2, LAMBDA, fresh());
    for (let i = 0; i < 4; i++) {
      const step = 1e-6;
      const moved = (by: number) => quantiles.map((value, at) => (at === i ? value + by : value));
      expect(gradient[i]).toBeCloseTo((total(moved(step)) - total(moved(-step))) / (2 * step), 5);
    }
  });

  test('an outlier teaches nothing', () => {
    const far = splineLikelihood(400, [2.8, 3.1, 3.9, 4.2], KNOT_COUNT - 1, 0, LAMBDA, fresh());
    expect(far.loss).toBe(15);
    expect([...far.gradient]).toEqual([0, 0, 0, 0]);
  });
});

test('knots lie around tau = 1/2, and reach 3 in ten thousand of either end', () => {
  expect(knotLogit(0, 0)).toBe(-knotLogit(KNOT_COUNT - 1, 0));
  expect(knotLogit(1, 0) - knotLogit(0, 0)).toBeCloseTo(KNOT_SPACING, 12);
  expect(1 / (1 + Math.exp(-knotLogit(0, 0)))).toBeLessThan(3.3e-4);
});
