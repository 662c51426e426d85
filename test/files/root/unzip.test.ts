import { readFileSync } from 'node:fs';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { loadZstd } from '../../../src/files/compression/zstd.js';
import { unzip } from '../../../src/files/root/unzip.js';
import { fileOf } from '../files.js';

/** ROOT's header of nine bytes before packed bytes. */
function block(algorithm: string, packed: Uint8Array, size: number): Buffer {
  const header = Buffer.alloc(9);
  header.write(algorithm, 'latin1');
  header.writeUIntLE(packed.length, 3, 3);
  header.writeUIntLE(size, 6, 3);
  return Buffer.concat([header, packed]);
}

const content = Buffer.from('jets and more jets and more jets '.repeat(50));

test('zlib, deflate and zstd blocks, one after the other', async () => {
  const zstd = await loadZstd();
  const blocks = [
    block('ZL', deflateSync(content), content.length),
    block('CS', deflateRawSync(content), content.length),
    block('ZS', zstd.compress(content, 3), content.length),
  ];
  const unpacked = await unzip(Buffer.concat(blocks), 3 * content.length);
  expect(Buffer.from(unpacked).equals(Buffer.concat([content, content, content]))).toBe(true);
});

test('an LZMA block of two chunks', async () => {
  const size = 5 * 2 ** 19;
  const unpacked = await unzip(block('XZ', readFileSync(fileOf('two-chunks.xz')), size), size);
  expect(unpacked.length).toBe(size);
  expect(unpacked.every((byte, index) => byte === index % 251)).toBe(true);
});

test.each([
  ['an unknown algorithm', block('QQ', content, 10), 10, /unknown way \("QQ"\)/],
  [
    'a block that is cut short',
    block('ZL', deflateSync(content), content.length).subarray(0, 40),
    content.length,
    /does not fit/,
  ],
  ['a block that is too long', block('ZL', deflateSync(content), 20), 20, /zlib is damaged/],
  [
    'a block that is too short',
    block('ZL', deflateSync(Buffer.from('a')), 20),
    20,
    /unpacks to 1 of 20 bytes/,
  ],
  ['a damaged zstd block', block('ZS', Buffer.from('nothing'), 20), 20, /zstd is damaged/],
  ['a damaged LZMA block', block('XZ', Buffer.from('nothing at all'), 20), 20, /LZMA is damaged/],
  ['a bomb', Buffer.alloc(20), 2 ** 40, /at most/],
  ['no block', Buffer.alloc(3), 20, /end after 0 of 20 bytes/],
])('%s is refused', async (_, bytes, size, message) => {
  await expect(unzip(bytes, size)).rejects.toThrow(message);
});
