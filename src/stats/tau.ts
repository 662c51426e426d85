/**
 * The tau of every prediction, from what the jet is and from nothing else: Philox4x32-10 by the jet's row or by its event.
 *
 *     tau = ((u >>> 9) + 0.5) 2^-23 of the four words u: those of pt, eta, phi, mass; exact in float32, never 0 or 1
 *     by row:    key = seed (low, high), counter = (row, sample, 0, stream)
 *     by event:  key = first two words of Philox with counter (event low, event high, luminosityBlock, run) under the
 *                seed's key, counter = (jet's index in its event, sample, 0, stream)
 *
 * python/jet_iqn/random.py has the same numbers.
 */
import { philox4x32, philoxKey, STREAM } from './philox.js';

/**
 * What the random numbers of N jets follow. A number is the row of the first of them in its table. Five columns [N] of
 * words are the jets' events, of `eventKeys`: event low, event high, luminosityBlock, run, and the jet's index there.
 */
export type JetKeys = number | readonly Uint32Array[];

/**
 * 32 random bits as a quantile: ((bits >>> 9) + 0.5) 2^-23, exact in float32 and never 0 or 1.
 *
 * @param bits in [0, 2^32).
 * @returns in (0, 1).
 */
export function tauOf(bits: number): number {
  return ((bits >>> 9) + 0.5) * 2 ** -23;
}

const words = new Uint32Array(4);

/**
 * What {@link drawTau} and the kernels read of each jet.
 *
 * @param seed an integer in [0, 2^53).
 * @param keys of the jets.
 * @param jets how many, N.
 * @returns [N, 3]: the two words of the key, and the counter's first.
 */
export function jetNumbers(seed: number, keys: JetKeys, jets: number): Uint32Array {
  const numbers = new Uint32Array(3 * jets);
  let [key0, key1] = philoxKey(seed);
  if (typeof keys === 'number') {
    for (let jet = 0; jet < jets; jet++) {
      numbers[3 * jet] = key0;
      numbers[3 * jet + 1] = key1;
      numbers[3 * jet + 2] = keys + jet;
    }
    return numbers;
  }
  const [low, high, block, run, index] = keys as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const [seed0, seed1] = [key0, key1];
  for (let jet = 0; jet < jets; jet++) {
    const before = jet - 1;
    const isSame =
      jet > 0 &&
      low[jet] === low[before] &&
      high[jet] === high[before] &&
      block[jet] === block[before] &&
      run[jet] === run[before];
    if (!isSame) {
      philox4x32(words, low[jet]!, high[jet]!, block[jet]!, run[jet]!, seed0, seed1);
      [key0, key1] = words as unknown as [number, number];
    }
    numbers[3 * jet] = key0;
    numbers[3 * jet + 1] = key1;
    numbers[3 * jet + 2] = index[jet]!;
  }
  return numbers;
}

/** The keys of `count` jets from the jet `first` on. @returns copies, where they are events. */
export function keysFrom(keys: JetKeys, first: number, count: number): JetKeys {
  return typeof keys === 'number' ? keys + first : keys.map((column) => column.slice(first, first + count));
}

/**
 * Fills the tau of S samples for each of J jets.
 *
 * @param tau [J, 4, stride] row-major, written to in [j, k, 0 … sampleCount).
 * @param numbers [J, 3] of {@link jetNumbers}.
 * @param firstSample index of the first sample.
 * @param sampleCount S.
 * @param stride distance of two steps in `tau`; values at and beyond `sampleCount` are set to 0.5.
 */
export function drawTau(
  tau: Float32Array,
  numbers: Uint32Array,
  firstSample: number,
  sampleCount: number,
  stride = sampleCount,
): void {
  for (let jet = 0; 3 * jet < numbers.length; jet++) {
    const base = jet * 4 * stride;
    const [key0, key1, place] = [numbers[3 * jet]!, numbers[3 * jet + 1]!, numbers[3 * jet + 2]!];
    for (let sample = 0; sample < sampleCount; sample++) {
      philox4x32(words, place, firstSample + sample, 0, STREAM.tau, key0, key1);
      for (let step = 0; step < 4; step++) tau[base + step * stride + sample] = tauOf(words[step]!);
    }
    for (let step = 0; step < 4; step++)
      tau.fill(0.5, base + step * stride + sampleCount, base + (step + 1) * stride);
  }
}

/**
 * Fills the tau of S samples for each of J jets.
 *
 * @param tau [J, 4, stride] row-major, written to in [j, k, 0 … sampleCount).
 * @param seed an integer in [0, 2^53).
 * @param keys row of the first jet in its table, or the jets' events by `eventKeys`.
 * @param jetCount J.
 * @param firstSample index of the first sample.
 * @param sampleCount S.
 * @param stride distance of two steps in `tau`; values at and beyond `sampleCount` are set to 0.5.
 */
export function fillTau(
  tau: Float32Array,
  seed: number,
  keys: JetKeys,
  jetCount: number,
  firstSample: number,
  sampleCount: number,
  stride = sampleCount,
): void {
  drawTau(tau, jetNumbers(seed, keys, jetCount), firstSample, sampleCount, stride);
}
