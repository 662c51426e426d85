import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/stats/generator.js';
import { normalTail } from '../../src/stats/normal.js';
import { percent, pitEffect } from '../../src/studies/pit-effect.js';

const COUNT = 40_000;

/** PIT of true values normal (shift, width) that are predicted to be standard normal. */
function pits(shift: number, width: number): Float64Array {
  const { normal } = makeGenerator(1, 96);
  return Float64Array.from({ length: COUNT }, () => normalTail(-(shift + width * normal())));
}
const found = (text: string) => Number(/([\d.]+) %/.exec(text)![1]);

// Errors: a shift sqrt(pi / 3 N) = 0.5 %, a width pi / sqrt(15 N) = 0.4 %; four of them.
test.each([
  [0.05, 'low'],
  [-0.05, 'high'],
  [1.5, 'low'],
])('true values %d widths above the predicted ones: predicted too %s', (shift, side) => {
  const text = pitEffect('pt', pits(shift, 1), 'in all jets');
  expect(text).toMatch(
    new RegExp(`^pt is predicted [\\d.]+ % of its width too ${side} in all jets \\([\\d.]+ σ\\)$`),
  );
  expect(Math.abs(found(text) - 100 * Math.abs(shift))).toBeLessThan(2.5);
});

test.each([
  [1.25, 20, 'small'],
  [0.8, 25, 'large'],
  [1.04, 3.8, 'small'],
])('true values %d times as wide: the width is predicted %d %% too %s', (width, off, side) => {
  const text = pitEffect('phi', pits(0, width), 'given the jet');
  expect(text).toMatch(
    new RegExp(`^the width of phi is predicted [\\d.]+ % too ${side} given the jet \\([\\d.]+ σ\\)$`),
  );
  expect(Math.abs(found(text) - off)).toBeLessThan(2);
});

test('the pull is that of the mean', () => {
  const u = pits(0.05, 1);
  const mean = u.reduce((sum, each) => sum + each, 0) / COUNT;
  expect(pitEffect('eta', u, '')).toContain(`(${((mean - 0.5) * Math.sqrt(12 * COUNT)).toFixed(1)} σ)`);
});

test('where neither is off: the quantile farthest from its share, told of the nearer end', () => {
  // Three of four values below 0.3, placed so that mean and spread are nearly right.
  expect(pitEffect('mass', [0.05, 0.1, 0.29, 0.98], 'in all jets')).toBe(
    '75.0 % of the true values of mass lie below its predicted 29 % quantile in all jets',
  );
  expect(pitEffect('mass', [0.95, 0.9, 0.71, 0.02], 'in all jets')).toBe(
    '75.0 % of the true values of mass lie above its predicted 71 % quantile in all jets',
  );
});

test('values beyond everything that the model gives, before a shift or a width', () => {
  const u = Float64Array.from({ length: 1000 }, (_, i) =>
    i < 8 ? 0 : i < 20 ? 1 : ((i - 19.5) / 980) ** 0.9,
  );
  expect(pitEffect('eta', u, 'given the jet')).toBe(
    '1.2 % of the true values of eta lie above all that is predicted given the jet',
  );
});

test('shares as percentages', () => {
  expect([0.004321, 0.0432, 0.0999, 0.4321, -0.01].map(percent)).toEqual([
    '0.43 %',
    '4.3 %',
    '10.0 %',
    '43.2 %',
    '1 %',
  ]);
});
