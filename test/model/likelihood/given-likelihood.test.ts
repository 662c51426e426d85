import { describe, expect, test } from '@jest/globals';
import { deltaPhi } from '../../../src/jets/phi.js';
import { conditionalGiven } from '../../../src/model/conditional/given-conditional.js';
import { coordinate, physicalOf, trainedBox } from '../../../src/model/likelihood/coordinates.js';
import { givenLikelihood } from '../../../src/model/likelihood/given-likelihood.js';
import { logLikelihood } from '../../../src/model/likelihood/log-likelihood.js';
import { referenceConditional } from '../../reference-conditional.js';
import { exactTargetDensity } from '../../reference-detector.js';

const conditional = referenceConditional();
const NO_EXTRAS = new Float32Array(0);
const box = trainedBox({ pt: [5, 5000], eta: [-5, 5], phi: [-Math.PI, Math.PI], mass: [0.1, 1000] });
// The second lies on the seam of phi, the third is soft.
const OBSERVED = Float32Array.from(
  [
    [250, 1.1, 0.2, 25],
    [120, -2, Math.PI, 15],
    [25, 0.1, -1, 6],
  ].flat(),
);
const JETS = OBSERVED.length / 4;

/** log p(y | x) in coordinates of x, up to what does not depend on x. */
function exact(y: ArrayLike<number>, place: readonly number[]): number {
  const x = place.map((value, k) => physicalOf(k, value));
  return [0, 1, 2, 3].reduce(
    (sum, step) => sum + Math.log(exactTargetDensity(step, x, Array.from(y), y[step]!)),
    0,
  );
}

/** The highest value near `start` by trying steps up and down along the axes and diagonals, ever smaller ones. */
function climb(f: (place: number[]) => number, start: readonly number[], free: readonly number[]): number[] {
  let place = [...start];
  let best = f(place);
  const directions = free.flatMap((i) => [[i], ...free.filter((j) => j > i).map((j) => [i, j])]);
  for (let step = 0.05; step > 1e-5; ) {
    let moved = false;
    for (const direction of directions)
      for (const signs of [
        [1, 1],
        [-1, -1],
        [1, -1],
        [-1, 1],
      ]) {
        const next = [...place];
        direction.forEach((k, n) => {
          next[k]! += signs[n]! * step * SCALES[k]!;
        });
        const value = f(next);
        if (value > best) [place, best, moved] = [next, value, true];
      }
    if (!moved) step /= 3;
  }
  return place;
}
/** About the widths of a jet of 100 GeV. */
const SCALES = [1, 0.2, 0.2, 2];

/** Where the exact profile has fallen by 1/2, by halving. */
function exactEnd(y: ArrayLike<number>, top: readonly number[], k: number, sign: number): number {
  const free = [0, 1, 2, 3].filter((j) => j !== k);
  const height = exact(y, top) - 0.5;
  let [near, far] = [0, sign * 2 * SCALES[k]!];
  for (let turn = 0; turn < 11; turn++) {
    const middle = (near + far) / 2;
    const start = top.map((value, j) => (j === k ? value + middle : value));
    const place = climb((x) => exact(y, x), start, free);
    if (exact(y, place) > height) near = middle;
    else far = middle;
  }
  return top[k]! + near;
}

describe('the reference detector, against its closed form', () => {
  test('log p(y | x) is that of the bracketing solver, wherever the search starts', async () => {
    const x = Float32Array.from(OBSERVED, (value, i) =>
      i % 4 === 0 || i % 4 === 3 ? value * 1.07 : value + 0.01,
    );
    const { logDensity } = await conditionalGiven(conditional, x).cdf(OBSERVED);
    for (const start of [-6, 0, 3]) {
      const found = await logLikelihood(conditional, x, OBSERVED, new Float64Array(4 * JETS).fill(start));
      // The last step of Newton's method is not followed by another look at the slope.
      for (let jet = 0; jet < JETS; jet++)
        expect(Math.abs(found[jet]! - logDensity[jet]!)).toBeLessThan(0.03);
    }
  });

  test('maximum and both ends of every interval', async () => {
    const found = await givenLikelihood(conditional, OBSERVED, NO_EXTRAS, box);
    expect(found).toMatchObject({ open: 0, none: 0 });
    for (let jet = 0; jet < JETS; jet++) {
      const y = OBSERVED.subarray(4 * jet, 4 * jet + 4);
      const start = Array.from(y, (value, k) => coordinate(k, value));
      const top = climb((x) => exact(y, x), start, [0, 1, 2, 3]);
      for (let k = 0; k < 4; k++) {
        const low = exactEnd(y, top, k, -1);
        const high = exactEnd(y, top, k, 1);
        const width = (high - low) / 2;
        const off = (values: Float32Array, truth: number) => {
          const value = values[4 * jet + k]!;
          return (k === 2 ? deltaPhi(value, truth) : coordinate(k, value) - truth) / width;
        };
        // A polynomial through 73 places stands for the surface: a tenth of the half-width.
        expect(Math.abs(off(found.best, top[k]!))).toBeLessThan(0.1);
        expect(Math.abs(off(found.low, low))).toBeLessThan(0.1);
        expect(Math.abs(off(found.high, high))).toBeLessThan(0.1);
      }
    }
  });

  test('intervals end where the box does, and say so', async () => {
    const narrow = trainedBox({ pt: [240, 5000], eta: [-5, 5], phi: [-4, 4], mass: [0.1, 1000] });
    const found = await givenLikelihood(conditional, OBSERVED.slice(0, 4), NO_EXTRAS, narrow);
    expect(found.open).toBe(1);
    expect(found.low[0]).toBeCloseTo(240, 3);
  });
});

test('a jet that the model never gives has no answer, and leaves the others theirs', async () => {
  const floored = {
    ...conditional,
    quantile: async (...given: Parameters<typeof conditional.quantile>) => {
      const { value, slope } = await conditional.quantile(...given);
      // Nothing below 20 GeV.
      for (let row = 0; row < value.length; row++)
        if (given[2][row] === 0n && value[row]! < 20) [value[row], slope[row]] = [20, 0];
      return { value, slope };
    },
  };
  const observed = Float32Array.of(...OBSERVED.subarray(0, 4), 12, 0, 0, 3);
  const found = await givenLikelihood(floored, observed, NO_EXTRAS, box);
  const alone = await givenLikelihood(floored, OBSERVED.slice(0, 4), NO_EXTRAS, box);
  expect(found.none).toBe(1);
  expect(Array.from(found.best.subarray(4))).toEqual([NaN, NaN, NaN, NaN]);
  expect(found.low.slice(0, 4)).toEqual(alone.low);
});
