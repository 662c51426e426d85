/** What unpacks: both inflaters, the browser's too, against streams that Node's zlib made; LZ4; ROOT's blocks. */
import { readFileSync } from 'node:fs';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as node from '../../src/files/compression/inflate-node.js';
import * as web from '../../src/files/compression/inflate-web.js';
import { unpackLz4Block, unpackLz4Frame } from '../../src/files/compression/lz4.js';
import { unzip } from '../../src/files/root/unzip.js';
import { fileOf } from './files.js';

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

/** ROOT's header of nine bytes before packed bytes. */
function block(algorithm: string, packed: Uint8Array, size: number): Buffer {
  const header = Buffer.alloc(9);
  header.write(algorithm, 'latin1');
  header.writeUIntLE(packed.length, 3, 3);
  header.writeUIntLE(size, 6, 3);
  return Buffer.concat([header, packed]);
}

const content = Buffer.from('jets and more jets and more jets '.repeat(50));

test('blocks of zlib and of old files’ deflate, one after the other', async () => {
  const blocks = [
    block('ZL', deflateSync(content), content.length),
    block('CS', deflateRawSync(content), content.length),
  ];
  const unpacked = await unzip(Buffer.concat(blocks), 2 * content.length);
  expect(Buffer.from(unpacked).equals(Buffer.concat([content, content]))).toBe(true);
});

test('an LZMA block of two chunks', async () => {
  const size = 5 * 2 ** 19;
  const unpacked = await unzip(block('XZ', readFileSync(fileOf('two-chunks.xz')), size), size);
  expect(unpacked.length).toBe(size);
  expect(unpacked.every((byte, index) => byte === index % 251)).toBe(true);
});

test.each([
  ['an unknown algorithm', block('QQ', content, 10), 10, /unknown way \("QQ"\)/],
  ['a block that is too long', block('ZL', deflateSync(content), 20), 20, /zlib is damaged/],
  ['a block that is too short', block('ZL', deflateSync(Buffer.from('a')), 20), 20, /to 1 of 20 bytes/],
  ['a damaged zstd block', block('ZS', Buffer.from('nothing'), 20), 20, /zstd is damaged/],
  ['a damaged LZMA block', block('XZ', Buffer.from('nothing at all'), 20), 20, /LZMA is damaged/],
  ['a bomb', Buffer.alloc(20), 2 ** 40, /at most/],
])('%s is refused', async (_, packed, size, message) => {
  await expect(unzip(packed, size)).rejects.toThrow(message);
});
