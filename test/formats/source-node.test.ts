import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { memorySource } from '../../src/formats/source.js';
import { hashed } from '../../src/formats/source-node.js';

const BYTES = Uint8Array.from({ length: 3_000_000 }, (_, place) => (place * 7) ^ (place >> 9));
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

test.each<[string, readonly (readonly [number, number])[]]>([
  ['nothing', []],
  [
    'everything in order',
    [
      [0, 4096],
      [4096, 3_000_000],
    ],
  ],
  [
    'the end first, then pieces that overlap',
    [
      [2_999_000, 3_000_000],
      [0, 100],
      [0, 50],
      [4, 2_000_000],
    ],
  ],
  [
    'pieces with a gap',
    [
      [0, 100],
      [200, 300],
      [100, 150],
    ],
  ],
])('the sha256 is that of all bytes, whatever was read before: %s', async (_, ranges) => {
  const source = hashed(memorySource('jets', BYTES));
  for (const [start, end] of ranges)
    expect(Buffer.compare(await source.read(start, end), BYTES.subarray(start, end))).toBe(0);
  expect(await source.sha256()).toBe(SHA256);
});
