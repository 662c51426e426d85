/**
 * The sliced Kolmogorov distance of paired samples in several dimensions, with an exact p-value.
 *
 *     D = mean over directions of max over t |F_a(t) - F_b(t)|,  F of the values projected on the direction
 *
 * Row i of a and row i of b are exchangeable where both come from one distribution (given what row i has in
 * common), so swapping them at random gives D's distribution: p = (#{D* > D} + v (1 + #{D* = D})) / (R + 1), v uniform
 * on (0, 1), is uniform exactly. Projections as in sliced distances: Bonneel et al., J. Math. Imaging Vis. 51 (2015).
 */
import { ascending } from './ascending.js';
import type { Generator } from './generator.js';

/** The sliced Kolmogorov distance: the mean over directions of the distance of the projections. */
export interface SlicedKs {
  /** In [0, 1]. */
  readonly distance: number;
  /** By random swaps of true and sampled jets, exact. */
  readonly pValue: number;
  /** The direction of the largest distance, and that distance. */
  readonly largest: {
    /** Unit vector. */
    readonly direction: number[];
    /** In [0, 1]. */
    readonly distance: number;
  };
}

/**
 * @param a [N, dimensions] row-major, of comparable spread in each dimension. @param b the same.
 * @param swaps R, random swaps.
 */
export function slicedKs(
  a: Float32Array,
  b: Float32Array,
  dimensions: number,
  generator: Generator,
  directions = 10,
  swaps = 199,
): SlicedKs {
  const slices = Array.from({ length: directions }, () =>
    makeSlice(a, b, dimensions, randomDirection(dimensions, generator)),
  );
  // The sign of each row of a, then of the same rows of b, which is the opposite.
  const signs = new Int8Array((2 * a.length) / dimensions).fill(1).fill(-1, a.length / dimensions);
  const ofA = signs.subarray(0, signs.length / 2);
  const seen = slices.map((slice) => distance(slice, signs));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / directions;
  const observed = mean(seen);
  let [above, equal] = [0, 0];
  for (let swap = 0; swap < swaps; swap++) {
    randomSigns(ofA, generator);
    for (let row = 0; row < ofA.length; row++) signs[ofA.length + row] = -ofA[row];
    const swapped = mean(slices.map((slice) => distance(slice, signs)));
    if (swapped > observed) above++;
    else if (swapped === observed) equal++;
  }
  const worst = seen.indexOf(Math.max(...seen));
  return {
    distance: observed,
    pValue: (above + generator.uniform() * (1 + equal)) / (swaps + 1),
    largest: { direction: slices[worst].direction, distance: seen[worst] },
  };
}

interface Slice {
  readonly direction: number[];
  /** Rows of a, then of b, in the order of their projected values, [2 N]. */
  readonly order: Uint32Array;
  /** 1 where the next value is the same: no step ends there. */
  readonly tied: Uint8Array;
}

function makeSlice(a: Float32Array, b: Float32Array, dimensions: number, direction: number[]): Slice {
  const count = a.length / dimensions;
  const values = new Float32Array(2 * count);
  for (const [first, of] of [
    [0, a],
    [count, b],
  ] as const)
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let k = 0; k < dimensions; k++) sum += direction[k] * of[dimensions * row + k];
      values[first + row] = sum;
    }
  const order = ascending(values);
  const tied = new Uint8Array(order.length);
  for (let i = 0; i + 1 < order.length; i++) tied[i] = values[order[i + 1]] === values[order[i]] ? 1 : 0;
  return { direction, order, tied };
}

/** @param signs +1 for what counts as a, -1 as b, [2 N] in the order of rows. */
function distance({ order, tied }: Slice, signs: Int8Array): number {
  let step = 0;
  let largest = 0;
  for (let i = 0; i < order.length; i++) {
    step += signs[order[i]];
    if (tied[i] === 0) {
      if (step > largest) largest = step;
      else if (-step > largest) largest = -step;
    }
  }
  return (2 * largest) / order.length;
}

/** Fills with +1 and -1, each with probability 1/2. */
export function randomSigns(signs: Int8Array, generator: Generator): void {
  for (let first = 0; first < signs.length; first += 32) {
    const bits = generator.word();
    const end = Math.min(signs.length, first + 32);
    for (let i = first; i < end; i++) signs[i] = 2 * ((bits >>> (i - first)) & 1) - 1;
  }
}

function randomDirection(dimensions: number, generator: Generator): number[] {
  const direction = Array.from({ length: dimensions }, () => generator.normal());
  const length = Math.hypot(...direction);
  return direction.map((value) => value / length);
}
