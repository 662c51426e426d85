/**
 * AMSGrad by hand: Reddi, Kale, Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2, with the two
 * bias corrections that PyTorch's Adam(amsgrad=True) adds to it.
 */
import { expect, test } from '@jest/globals';
import { AmsGrad } from '../../training/amsgrad.js';

test('three steps worked out by hand', () => {
  // rate 0.1, beta1 0.9, beta2 0.999, gradients 1, -2, 0.
  // t = 1: m = 0.1, v = 0.001, w = 0.001; m/(1 - 0.9) = 1, w/(1 - 0.999) = 1: x = 1 - 0.1 = 0.9
  // t = 2: m = 0.09 - 0.2 = -0.11, v = 0.000999 + 0.004 = 0.004999 = w
  //        m/0.19 = -0.578947…, sqrt(0.004999/0.001999) = 1.581377…: x = 0.9 + 0.0366103…
  // t = 3: m = -0.099, v = 0.004994001 < w = 0.004999
  //        m/0.271 = -0.365314…, sqrt(0.004999/0.002997001) = 1.291511…: x = 0.9366103 + 0.0282858…
  const optimiser = new AmsGrad(1);
  const x = Float32Array.of(1);
  const seen: number[] = [];
  for (const gradient of [1, -2, 0]) {
    optimiser.update(x, Float32Array.of(gradient), 0.1);
    seen.push(x[0]!);
  }
  expect(seen[0]).toBeCloseTo(0.9, 6);
  expect(seen[1]).toBeCloseTo(0.9366103, 6);
  expect(seen[2]).toBeCloseTo(0.964896, 6);
  expect(optimiser.updates).toBe(3);
  expect(optimiser.moments.square[0]).toBeCloseTo(0.004994001, 8);
  expect(optimiser.moments.largest[0]).toBeCloseTo(0.004999, 8);
});

test('the largest second moment stays: that is what sets it apart from Adam', () => {
  const optimiser = new AmsGrad(1);
  const x = Float32Array.of(0);
  optimiser.update(x, Float32Array.of(100), 1e-3);
  const { largest } = optimiser.moments;
  const peak = largest[0]!;
  for (let step = 0; step < 2000; step++) optimiser.update(x, Float32Array.of(0.01), 1e-3);
  expect(largest[0]).toBe(peak);
  expect(optimiser.moments.square[0]).toBeLessThan(0.2 * peak);
});

test('the same numbers as torch.optim.Adam(amsgrad=True), torch 2.13', () => {
  // x = [1, -0.5], gradient of (x0² + 3 x1² + x0 x1): lr 0.05, betas (0.95, 0.999), eps 1e-8, six steps.
  const expected = [0.7008681, -0.2074612];
  const optimiser = new AmsGrad(2);
  const x = Float32Array.of(1, -0.5);
  for (let step = 0; step < 6; step++)
    optimiser.update(x, Float32Array.of(2 * x[0]! + x[1]!, 6 * x[1]! + x[0]!), 0.05, 0.95);
  expect(x[0]).toBeCloseTo(expected[0]!, 5);
  expect(x[1]).toBeCloseTo(expected[1]!, 5);
});

test('where a resumed run takes over, it goes on the same', () => {
  const gradients = [0.3, -1, 2, 0.5, -0.1];
  const whole = new AmsGrad(1);
  const first = new AmsGrad(1);
  const [a, b] = [Float32Array.of(1), Float32Array.of(1)];
  for (const gradient of gradients) whole.update(a, Float32Array.of(gradient), 0.01);
  for (const gradient of gradients.slice(0, 2)) first.update(b, Float32Array.of(gradient), 0.01);
  const second = new AmsGrad(1, { ...first.moments, updates: first.updates });
  for (const gradient of gradients.slice(2)) second.update(b, Float32Array.of(gradient), 0.01);
  expect(b).toEqual(a);
});
