/** Both inflaters, the browser's too, against streams that Node's zlib made. */
import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { inflate as inflateNode } from '../../../src/files/compression/inflate-node.js';
import { inflate as inflateWeb } from '../../../src/files/compression/inflate-web.js';

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 5);

describe.each([
  ['Node’s', inflateNode],
  ['the browser’s', inflateWeb],
])('%s', (_, inflate) => {
  test('gives back what was packed, with and without zlib’s header', async () => {
    const packed = [deflateSync(bytes), deflateRawSync(bytes)];
    for (const [i, raw] of [false, true].entries()) {
      const unpacked = await inflate(packed[i]!, raw, bytes.length);
      expect(Buffer.compare(unpacked, bytes)).toBe(0);
    }
  });

  test('stops at the size expected', async () => {
    await expect(inflate(deflateSync(bytes), false, bytes.length - 1)).rejects.toThrow();
  });

  test('refuses what is cut or damaged', async () => {
    const packed = deflateSync(bytes);
    await expect(inflate(packed.subarray(0, 500), false, bytes.length)).rejects.toThrow();
    packed[40]! ^= 255;
    await expect(inflate(packed, false, bytes.length)).rejects.toThrow();
  });
});
