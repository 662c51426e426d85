import { expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/stats/generator.js';
import { selectionFloor } from '../../training/selection-floor.js';

const JETS = 20_000;
const all = Uint32Array.from({ length: JETS }, (_, i) => i);

/** Exponential spectrum above `cut`, smeared or not: its density at the cut is 1/30 a GeV. */
function spectrum(cut: number): Float32Array {
  const { uniform } = makeGenerator(1, 99, 0);
  return Float32Array.from(all, () => Math.fround(cut - 30 * Math.log(1 - uniform())));
}

test('a cut at 20 GeV is found as a round number below every jet', () => {
  expect(selectionFloor(spectrum(20.001), all)).toBe(20);
});

test('a spectrum that runs out has none', () => {
  const { uniform } = makeGenerator(2, 99, 0);
  // Sum of twelve uniform numbers: near normal, in log pt.
  const pt = Float32Array.from(all, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return 100 * Math.exp(0.5 * sum);
  });
  expect(selectionFloor(pt, all)).toBe(0);
});

test('the floor lies below jets that sit on the cut', () => {
  const pt = spectrum(20).fill(20, 0, 100);
  expect(selectionFloor(pt, all)).toBeLessThan(20);
});

test('only the training jets count', () => {
  const pt = spectrum(20.001);
  pt[0] = 3;
  expect(selectionFloor(pt, all.subarray(1))).toBe(20);
});
