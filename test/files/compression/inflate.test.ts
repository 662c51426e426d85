/** Both inflaters, the browser's too, against streams that Node's zlib made. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as node from '../../../src/files/compression/inflate-node.js';
import * as web from '../../../src/files/compression/inflate-web.js';

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 5);

describe.each([
  ['Node’s', node],
  ['the browser’s', web],
])('%s', (_, { inflate, gunzipped }) => {
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

  const members = [Buffer.from(bytes), Buffer.from('jets'), Buffer.alloc(0)].map((part) => gzipSync(part));

  /** gzip in pieces of some length, unpacked. */
  async function gunzip(packed: Uint8Array, pieceBytes: number) {
    async function* pieces() {
      for (let at = 0; at < packed.length; at += pieceBytes) yield packed.subarray(at, at + pieceBytes);
    }
    const unpacked: Uint8Array[] = [];
    for await (const piece of gunzipped(pieces())) unpacked.push(piece);
    return Buffer.concat(unpacked);
  }

  // One more than the first member's length leaves a byte of the second in its piece.
  test.each([1000, members[0]!.length, members[0]!.length + 1, 1 << 20])(
    'takes gzip of several members, in pieces of %i bytes',
    async (pieceBytes) => {
      const unpacked = await gunzip(Buffer.concat(members), pieceBytes);
      expect(unpacked.equals(Buffer.concat([bytes, Buffer.from('jets')]))).toBe(true);
    },
  );

  test('refuses gzip that is cut, damaged, or fails in another way', async () => {
    const packed = Buffer.concat(members);
    for (const length of [5, 500, members[0]!.length - 1, members[0]!.length + 5]) {
      await expect(gunzip(packed.subarray(0, length), 1000)).rejects.toThrow();
    }
    packed[400]! ^= 1;
    await expect(gunzip(packed, 1000)).rejects.toThrow();
    // biome-ignore lint/correctness/useYield: a source that fails at once.
    async function* failing(): AsyncGenerator<Uint8Array> {
      throw new Error('disk on fire');
    }
    await expect(collect(failing())).rejects.toThrow('disk on fire');
  });

  async function collect(pieces: AsyncIterable<Uint8Array>) {
    for await (const _piece of gunzipped(pieces));
  }
});
