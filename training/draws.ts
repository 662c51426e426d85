/**
 * The random numbers of training: Philox under the run's seed, stream `training`, counter (i, j, purpose, stream).
 *
 * Nothing is carried from one draw to the next, so a resumed run needs no state but its step number.
 */
import { philox4x32, philoxKey, STREAM } from '../src/stats/philox.js';
import { tauOf } from '../src/stats/tau.js';

/** Third counter word: draws for one purpose never repeat those for another. */
const PURPOSE = { tau: 0, order: 1, weights: 2, knots: 3, symmetries: 4 } as const;

const words = new Uint32Array(4);

/** Fills `order` [n] with a random permutation of 0 … n-1, another for every epoch (Fisher-Yates). */
export function drawOrder(order: Uint32Array, seed: number, epoch: number): void {
  const [key0, key1] = philoxKey(seed);
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (let last = order.length - 1; last > 0; last--) {
    if ((last & 3) === 3 || last === order.length - 1)
      philox4x32(words, last >> 2, epoch, PURPOSE.order, STREAM.training, key0, key1);
    const chosen = Math.floor((words[last & 3]! / 2 ** 32) * (last + 1));
    const value = order[last]!;
    order[last] = order[chosen]!;
    order[chosen] = value;
  }
}

/** Fills `values` [n] with what `of` makes of uniform numbers in (0, 1). @param second word of the counter: the step. */
export function draw(
  purpose: Exclude<keyof typeof PURPOSE, 'order'>,
  values: Float32Array,
  seed: number,
  second: number,
  of: (u: number) => number = (u) => u,
): void {
  const [key0, key1] = philoxKey(seed);
  for (let first = 0; first < values.length; first += 4) {
    philox4x32(words, first >> 2, second, PURPOSE[purpose], STREAM.training, key0, key1);
    const count = Math.min(4, values.length - first);
    for (let i = 0; i < count; i++) values[first + i] = of(tauOf(words[i]!));
  }
}
