import { describe, expect, test } from '@jest/globals';
import { philox4x32, philoxKey } from '../../src/random/philox.js';

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ');

/** Random123's tests/kat_vectors: counter, key, expected, for philox4x32 with 10 rounds. */
const KNOWN_ANSWERS = [
  '00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8',
  'ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd',
  '243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1',
];

describe('philox4x32', () => {
  test.each(KNOWN_ANSWERS)("Random123's known answer %s", (line) => {
    const [c0, c1, c2, c3, k0, k1] = line.split(' ').map((word) => Number.parseInt(word, 16)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const out = new Uint32Array(4);
    philox4x32(out, c0, c1, c2, c3, k0, k1);
    expect(hex(out)).toBe(line.split(' ').slice(6).join(' '));
  });
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
