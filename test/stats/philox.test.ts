import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { philox4x32, philoxKey } from '../../src/stats/philox.js';

/** Counter and key. */
type Words = [number, number, number, number, number, number];

/** Random123's tests/kat_vectors: counter, key, expected, for philox4x32 with 10 rounds. */
const KNOWN_ANSWERS = [
  '00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8',
  'ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd',
  '243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1',
];

test.each(KNOWN_ANSWERS)("Random123's known answer %s", (line) => {
  const words = line.split(' ').map((word) => Number.parseInt(word, 16));
  const out = new Uint32Array(4);
  philox4x32(out, ...(words.slice(0, 6) as Words));
  expect([...out]).toEqual(words.slice(6));
});

/** The paper's round, in whole numbers without end: Salmon et al. 2011, section 4.3. */
function naivePhilox(counter: readonly bigint[], key: readonly bigint[]): number[] {
  const low = (x: bigint) => x & 0xffffffffn;
  let [c0, c1, c2, c3] = counter as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, low(p1), (p0 >> 32n) ^ c3 ^ k1, low(p0)];
    [k0, k1] = [low(k0 + 0x9e3779b9n), low(k1 + 0xbb67ae85n)];
  }
  return [c0, c1, c2, c3].map(Number);
}

test('philox4x32 is the paper’s definition at every counter and key', () => {
  const word = fc.nat({ max: 0xffffffff });
  fc.assert(
    fc.property(fc.tuple(word, word, word, word, word, word), (words) => {
      const out = new Uint32Array(4);
      philox4x32(out, ...words);
      const whole = words.map(BigInt);
      expect([...out]).toEqual(naivePhilox(whole.slice(0, 4), whole.slice(4)));
    }),
    { numRuns: 1000 },
  );
});

describe('philoxKey', () => {
  test('splits a seed into low and high word', () => {
    expect(philoxKey(0)).toEqual([0, 0]);
    expect(philoxKey(2 ** 32 + 7)).toEqual([7, 1]);
    expect(philoxKey(Number.MAX_SAFE_INTEGER)).toEqual([0xffffffff, 0x1fffff]);
  });
  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %p', (seed) => {
    expect(() => philoxKey(seed)).toThrow(RangeError);
  });
});
