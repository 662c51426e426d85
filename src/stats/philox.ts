/**
 * Philox4x32-10: a counter-based random generator. Ten rounds turn a 128-bit counter and a 64-bit key into four
 * independent 32-bit words; nothing is carried from one call to the next, so any number can be had in any order.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Constants from Random123.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** Weyl increments of the key: the golden ratio and sqrt(3) - 1. */
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;
const ROUNDS = 10;

// Taken once: in a realm of its own, as tests run in, every look at a global is slow.
const { imul, floor } = Math;

/** The upper 32 bits of the 64-bit product of two 32-bit words, as an unsigned number. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle = aLow * bHigh + (cross & 0xffff);
  return (aHigh * bHigh + floor(cross / 65536) + floor(middle / 65536)) >>> 0;
}

/**
 * One block of four random words: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
 *
 * @param out at least [4], written to: the four words, each in [0, 2^32).
 * @param counter0 first word of the counter, in [0, 2^32); tau counts jets here.
 * @param counter1 second word; tau counts samples here.
 * @param counter2 third word.
 * @param counter3 fourth word; here it says what the numbers are for.
 * @param key0 low word of the key.
 * @param key1 high word of the key.
 * @example philox4x32(out, 0, 0, 0, 0, 0, 0) // 6627e8d5 e169c58d bc57ac4c 9b00dbd8
 */
export function philox4x32(
  out: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  let c0 = counter0;
  let c1 = counter1;
  let c2 = counter2;
  let c3 = counter3;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + KEY_STEP_0) | 0;
    k1 = (k1 + KEY_STEP_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/**
 * A seed as the generator's key.
 *
 * @param seed an integer in [0, 2^53).
 * @returns low and high word.
 * @throws RangeError for any other seed.
 */
export function philoxKey(seed: number): [number, number] {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`seed must be an integer in [0, 2^53), not ${seed}`);
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

/**
 * The fourth counter word of Philox: what a random number is for. Streams never share a number, so that adding one
 * use never changes another.
 *
 * tau: counter (jet, sample, 0, tau). ties: the randomised PIT, counter (jet, 0, 0, ties). split: counter
 * (jet, 0, 0, split) under the split's own seed. training: batches and initial weights.
 * tests: the reference detector. joint: seeds of the generators of the joint tests, counter (use, part, 0, joint).
 * parity: jets and variations on which export compares graphs with networks.
 */
export const STREAM = { tau: 0, ties: 1, split: 2, training: 3, tests: 4, joint: 5, parity: 6 } as const;
