import { expect, test } from '@jest/globals';
import { draw } from '../../training/draws.js';
import { favourEnds, toArcsine } from '../../training/tau.js';

const COUNT = 200_000;

function drawn() {
  const tau = new Float32Array(COUNT);
  const weights = new Float32Array(COUNT).fill(1);
  draw('tau', tau, 1, 0);
  favourEnds(tau, weights);
  return { tau, weights };
}

test('weighted means are those over uniform tau', () => {
  const { tau, weights } = drawn();
  const mean = (of: (tau: number) => number) =>
    tau.reduce((sum, value, row) => sum + weights[row]! * of(value), 0) / COUNT;
  // Integrals over (0, 1) of 1, tau, tau², |tau - 0.3|, log tau; scatter at most 2 / sqrt(200,000) = 0.0045.
  expect(Math.abs(mean(() => 1) - 1)).toBeLessThan(0.005);
  expect(Math.abs(mean((t) => t) - 1 / 2)).toBeLessThan(0.005);
  expect(Math.abs(mean((t) => t * t) - 1 / 3)).toBeLessThan(0.005);
  expect(Math.abs(mean((t) => Math.abs(t - 0.3)) - 0.29)).toBeLessThan(0.005);
  expect(Math.abs(mean(Math.log) + 1)).toBeLessThan(0.01);
});

test('the ends are drawn several times as often', () => {
  const { tau } = drawn();
  const share = tau.filter((value) => value < 0.001 || value > 0.999).length / COUNT;
  expect(share).toBeGreaterThan(3 * 0.002);
});

test('tau stays inside (0, 1) and weights positive, at the outermost draws too', () => {
  const tau = Float32Array.of(2 ** -24, 0.5, 1 - 2 ** -24);
  const weights = Float32Array.of(1, 2, 1);
  favourEnds(tau, weights);
  expect(tau[0]).toBeGreaterThan(0);
  expect(tau[1]).toBeCloseTo(0.5, 6);
  expect(tau[2]).toBeLessThan(1);
  expect(weights[0]).toBeCloseTo(0.2, 5);
  expect(weights[1]).toBeCloseTo(2 * (0.2 + 0.4 * Math.PI), 5);
});

test('arcsine: its distribution function is (2 / pi) asin sqrt(tau)', () => {
  const tau = new Float32Array(COUNT);
  draw('tau', tau, 1, 0);
  toArcsine(tau);
  const sorted = tau.slice().sort();
  const distance = sorted.reduce((largest, value, i) => {
    const expected = (2 / Math.PI) * Math.asin(Math.sqrt(value));
    return Math.max(largest, Math.abs(expected - i / COUNT), Math.abs(expected - (i + 1) / COUNT));
  }, 0);
  // Exceeded once in a thousand draws of a right sampler (Kolmogorov).
  expect(distance).toBeLessThan(1.95 / Math.sqrt(COUNT));
});

test('arcsine stays inside (0, 1) at the outermost draws', () => {
  const tau = Float32Array.of(2 ** -33, 0.5, 1 - 2 ** -24);
  toArcsine(tau);
  expect(tau[0]).toBeGreaterThan(0);
  expect(tau[1]).toBeCloseTo(0.5, 6);
  expect(tau[2]).toBeLessThan(1);
});
