/**
 * The tau of every prediction, from its place alone: key = seed, counter = (jet index, sample index, 0, stream).
 *
 * tau = ((u >>> 9) + 0.5) 2^-23 is exact in float32, lies strictly between 0 and 1, and so does 1 - tau.
 */
import { philox4x32, philoxKey, STREAM } from './philox.js';

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
 * Fills the tau of S samples for each of J jets: key = seed, counter = (jet index, sample index, 0, stream).
 *
 * @param tau [J, 4, stride] row-major, written to in [j, k, 0 … sampleCount).
 * @param seed an integer in [0, 2^53).
 * @param firstJet index of the first jet in the input table, whatever the shard.
 * @param jetCount J.
 * @param firstSample index of the first sample.
 * @param sampleCount S.
 * @param stride distance of two steps in `tau`; values at and beyond `sampleCount` are set to 0.5.
 */
export function fillTau(
  tau: Float32Array,
  seed: number,
  firstJet: number,
  jetCount: number,
  firstSample: number,
  sampleCount: number,
  stride = sampleCount,
): void {
  const [key0, key1] = philoxKey(seed);
  for (let jet = 0; jet < jetCount; jet++) {
    const base = jet * 4 * stride;
    for (let sample = 0; sample < sampleCount; sample++) {
      philox4x32(words, firstJet + jet, firstSample + sample, 0, STREAM.tau, key0, key1);
      for (let step = 0; step < 4; step++) tau[base + step * stride + sample] = tauOf(words[step]!);
    }
    for (let step = 0; step < 4; step++)
      tau.fill(0.5, base + step * stride + sampleCount, base + (step + 1) * stride);
  }
}
