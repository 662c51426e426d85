/**
 * The sliced Kolmogorov distance of paired samples in several dimensions, with an exact p-value.
 *
 *     D = mean over directions of max over t |F_a(t) - F_b(t)|,  F of the values projected on the direction
 *
 * Row i of a and row i of b are exchangeable where both come from one distribution (given whatever row i has in
 * common), so swapping them at random gives D's distribution: p = (#{D* > D} + v (1 + #{D* = D})) / (R + 1), v uniform
 * on (0, 1), is uniform exactly. Projections as in sliced distances: Bonneel et al., J. Math. Imaging Vis. 51 (2015).
 */
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
  const count = a.length / dimensions;
  const signs = new Int8Array(count).fill(1);
  const seen = slices.map((slice) => distance(slice, signs, count));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / directions;
  const observed = mean(seen);
  let [above, equal] = [0, 0];
  for (let swap = 0; swap < swaps; swap++) {
    randomSigns(signs, generator);
    const swapped = mean(slices.map((slice) => distance(slice, signs, count)));
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
  /** All 2 N projected values in ascending order: row, or -1 - row for those of b. */
  readonly order: Int32Array;
  /** 1 where the next value is the same: no step ends there. */
  readonly tied: Uint8Array;
}

function makeSlice(a: Float32Array, b: Float32Array, dimensions: number, direction: number[]): Slice {
  const count = a.length / dimensions;
  const values = new Float64Array(2 * count);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < dimensions; k++) {
      values[row] += direction[k] * a[dimensions * row + k];
      values[count + row] += direction[k] * b[dimensions * row + k];
    }
  }
  const places = Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  return {
    direction,
    order: Int32Array.from(places, (place) => (place < count ? place : count - 1 - place)),
    tied: Uint8Array.from(places, (place, i) =>
      i + 1 < places.length && values[places[i + 1]] === values[place] ? 1 : 0,
    ),
  };
}

/** Where sign is -1 the two rows have changed places. */
function distance({ order, tied }: Slice, signs: Int8Array, count: number): number {
  let step = 0;
  let largest = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    step += row >= 0 ? signs[row] : -signs[-1 - row];
    if (tied[i] === 0) {
      if (step > largest) largest = step;
      else if (-step > largest) largest = -step;
    }
  }
  return largest / count;
}

/** Fills with +1 and -1, each with probability 1/2. */
export function randomSigns(signs: Int8Array | Float32Array, generator: Generator): void {
  for (let i = 0, bits = 0; i < signs.length; i++, bits >>>= 1) {
    if (i % 32 === 0) bits = generator.word();
    signs[i] = bits & 1 ? 1 : -1;
  }
}

function randomDirection(dimensions: number, generator: Generator): number[] {
  const direction = Array.from({ length: dimensions }, () => generator.normal());
  const length = Math.hypot(...direction);
  return direction.map((value) => value / length);
}
