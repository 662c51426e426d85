/**
 * The random numbers of training: Philox under the run's seed, stream `training`, counter (i, j, purpose, stream).
 *
 * Nothing is carried from one draw to the next, so a resumed run needs no state but its step number.
 */
import { philox4x32, philoxKey } from '../src/random/philox.js';
import { STREAM } from '../src/random/stream.js';
import { tauOf } from '../src/random/tau.js';

/** Third counter word: draws for one purpose never repeat those for another. */
const PURPOSE = { tau: 0, order: 1, weights: 2, knots: 3 } as const;

const words = new Uint32Array(4);

/** Fills `tau` [n] with values in (0, 1), fresh for every step. */
export function drawTau(tau: Float32Array, seed: number, step: number): void {
  const [key0, key1] = philoxKey(seed);
  for (let first = 0; first < tau.length; first += 4) {
    philox4x32(words, first >> 2, step, PURPOSE.tau, STREAM.training, key0, key1);
    const count = Math.min(4, tau.length - first);
    for (let i = 0; i < count; i++) tau[first + i] = tauOf(words[i]!);
  }
}

/** Fills `offsets` [n] with values in (-0.5, 0.5), fresh for every step. */
export function drawOffsets(offsets: Float32Array, seed: number, step: number): void {
  const [key0, key1] = philoxKey(seed);
  for (let first = 0; first < offsets.length; first += 4) {
    philox4x32(words, first >> 2, step, PURPOSE.knots, STREAM.training, key0, key1);
    const count = Math.min(4, offsets.length - first);
    for (let i = 0; i < count; i++) offsets[first + i] = tauOf(words[i]!) - 0.5;
  }
}

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

/** Fills `values` [n] uniformly in (-bound, bound). `place` tells one weight's draws from another's. */
export function drawUniform(values: Float32Array, bound: number, seed: number, place: number): void {
  const [key0, key1] = philoxKey(seed);
  for (let first = 0; first < values.length; first += 4) {
    philox4x32(words, first >> 2, place, PURPOSE.weights, STREAM.training, key0, key1);
    const count = Math.min(4, values.length - first);
    for (let i = 0; i < count; i++) values[first + i] = bound * (2 * tauOf(words[i]!) - 1);
  }
}
