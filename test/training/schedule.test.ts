import { expect, test } from '@jest/globals';
import { SCHEDULES, scheduled } from '../../training/schedule.js';

test('one-cycle: rises over the first tenth, falls over the rest, beta1 the other way', () => {
  expect(scheduled('one-cycle', 0, 1).rate).toBeCloseTo(1 / 25, 12);
  expect(scheduled('one-cycle', 0, 1).beta1).toBeCloseTo(0.95, 12);
  expect(scheduled('one-cycle', 0.1, 2e-3)).toEqual({ rate: 2e-3, beta1: 0.85 });
  expect(scheduled('one-cycle', 0.05, 1).rate).toBeCloseTo((1 + 1 / 25) / 2, 10);
  expect(scheduled('one-cycle', 0.55, 1).rate).toBeCloseTo(0.500002, 8);
  expect(scheduled('one-cycle', 0.55, 1).beta1).toBeCloseTo(0.9, 10);
  // torch.optim.lr_scheduler.OneCycleLR: final_div_factor 1e4 below the first rate.
  expect(scheduled('one-cycle', 1, 1).rate).toBeCloseTo(4e-6, 10);
  expect(scheduled('one-cycle', 1, 1).beta1).toBeCloseTo(0.95, 10);
});

test('cosine: a linear warm-up over a twentieth, then down to nothing', () => {
  expect(scheduled('cosine', 0, 1).rate).toBe(0);
  expect(scheduled('cosine', 0.025, 1).rate).toBeCloseTo(0.5, 10);
  expect(scheduled('cosine', 0.05, 1).rate).toBe(1);
  expect(scheduled('cosine', 0.525, 1).rate).toBeCloseTo(0.5, 10);
  expect(scheduled('cosine', 1, 1).rate).toBeCloseTo(0, 10);
});

test('paper: four cycles, 1e-3 … 1e-6', () => {
  const rates = [0, 0.249, 0.25, 0.5, 0.75, 1].map((done) => scheduled('paper', done, 1e-3).rate);
  [1e-3, 1e-3, 1e-4, 1e-5, 1e-6, 1e-6].forEach((rate, i) => {
    expect(rates[i]! / rate).toBeCloseTo(1, 10);
  });
});

test.each(SCHEDULES)('%s never leaves [0, peak], past the end either', (schedule) => {
  for (let done = 0; done <= 1.2; done += 0.01) {
    const { rate, beta1 } = scheduled(schedule, done, 0.01);
    expect(rate).toBeGreaterThanOrEqual(0);
    expect(rate).toBeLessThanOrEqual(0.01);
    expect(beta1).toBeGreaterThanOrEqual(0.85);
    expect(beta1).toBeLessThan(1);
  }
});
