import { expect, test } from '@jest/globals';
import { unpackLz4Block, unpackLz4Frame } from '../../../src/files/compression/lz4.js';

test('literals, a match that overlaps itself, and a long match', () => {
  // 3 literals "abc", then 9 bytes from 3 back; last literals "x".
  const block = Uint8Array.of(0x35, 97, 98, 99, 3, 0, 0x10, 120);
  const out = new Uint8Array(13);
  expect(unpackLz4Block(block, out, 0)).toBe(13);
  expect(new TextDecoder().decode(out)).toBe('abcabcabcabcx');
  // Length 15 + 4 + 255 + 1 of one byte.
  const run = new Uint8Array(1 + 275);
  expect(unpackLz4Block(Uint8Array.of(0x1f, 7, 1, 0, 255, 1), run, 0)).toBe(276);
  expect(run.every((byte) => byte === 7)).toBe(true);
});

test.each([
  [[0x00, 0, 0], 'distance 0'],
  [[0x14, 1, 5, 0], 'beyond the start'],
  [[0xf0, 255, 255], 'literals that are not there'],
  [[0x1f, 7, 1, 0, 255, 255, 255, 0], 'more than there is room for'],
  [[0x10, 7, 1], 'cut short'],
])('%j is refused: %s', (bytes) => {
  expect(() => unpackLz4Block(Uint8Array.from(bytes), new Uint8Array(40), 0)).toThrow(/LZ4/);
});

test('a frame that declares too much is refused before memory is taken', () => {
  const frame = new Uint8Array(32);
  const view = new DataView(frame.buffer);
  view.setUint32(0, 0x184d2204, true);
  frame[4] = 0x48;
  view.setBigUint64(6, 2n ** 40n, true);
  expect(() => unpackLz4Frame(frame, 2 ** 20)).toThrow(/declares 1099511627776/);
});
