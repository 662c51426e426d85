/**
 * A fast stream of random numbers for the tests that need billions of them: sfc32 (Doty-Humphrey, PractRand), seeded
 * by one Philox block, so that streams of different use, or of different parts of one use, have nothing in common.
 *
 *     t = a + b + c++;  a = b ^ (b >>> 9);  b = c + (c << 3);  c = rotate(c, 21) + t
 *
 * Not addressable like Philox: only for what is drawn in one fixed order on one thread.
 */
import { philox4x32, philoxKey, STREAM } from './philox.js';

export interface Generator {
  /** 32 random bits, in [0, 2³²). */
  word(): number;
  /** Uniform on the open interval (0, 1), 32 bits. */
  uniform(): number;
  /** Standard normal (Box, Muller 1958). */
  normal(): number;
  /** A whole number in [0, n), n ≤ 2³²; biased by less than n 2⁻³². */
  below(n: number): number;
}

/**
 * @param seed integer in [0, 2⁵³).
 * @param use what the numbers are for, and @param part which part of that: integers in [0, 2³²).
 */
export function makeGenerator(seed: number, use: number, part = 0): Generator {
  const state = new Uint32Array(4);
  const [key0, key1] = philoxKey(seed);
  philox4x32(state, use, part, 0, STREAM.joint, key0, key1);
  let [a, b, c, counter] = [state[0] | 0, state[1] | 0, state[2] | 0, state[3] | 0];
  const word = () => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  const uniform = () => (word() + 0.5) * 2 ** -32;
  return {
    word,
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (n) => Math.floor(word() * 2 ** -32 * n),
  };
}
