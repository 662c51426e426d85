/**
 * ROOT's compressed blocks: each of up to 16 MiB, with a header of nine bytes (two letters for the algorithm, one for
 * its method, packed and unpacked length in three bytes each, little-endian; ROOT's core/zip/src/RZip.cxx).
 */
import { inflate } from '#inflate';
import { joined } from '../../jets/numeric-array.js';
import { unpackLz4Block } from '../compression/lz4.js';
import { unzstd } from '../compression/zstd.js';

const HEADER_BYTES = 9;
const LZ4_CHECKSUM_BYTES = 8;
/** The largest object or basket that is unpacked [bytes]. ROOT's own baskets stay far below. */
export const MAX_UNPACKED_BYTES = 2 ** 28;

/** By the letters of a block: the algorithm's name, and what unpacks to `size` bytes at most. */
const ALGORITHMS: Readonly<
  Record<string, readonly [string, (bytes: Uint8Array, size: number) => Uint8Array | Promise<Uint8Array>]>
> = {
  ZL: ['zlib', (bytes, size) => inflate(bytes, false, size)],
  // Of old files.
  CS: ['deflate', (bytes, size) => inflate(bytes, true, size)],
  L4: [
    'LZ4',
    (bytes, size) => {
      const block = new Uint8Array(size);
      return block.subarray(0, unpackLz4Block(bytes.subarray(LZ4_CHECKSUM_BYTES), block, 0));
    },
  ],
  ZS: ['zstd', unzstd],
  XZ: ['LZMA', unpackXz],
};

/**
 * Unpacks consecutive blocks to exactly `size` bytes.
 *
 * @throws Error naming the algorithm, where the blocks are damaged.
 */
export async function unzip(packed: Uint8Array, size: number): Promise<Uint8Array> {
  if (!(size >= 0 && size <= MAX_UNPACKED_BYTES))
    throw new Error(`it declares ${size} unpacked bytes; at most ${MAX_UNPACKED_BYTES} are read`);
  const threeBytes = (at: number) => packed[at] | (packed[at + 1] << 8) | (packed[at + 2] << 16);
  const blocks = [new Uint8Array(0)];
  let at = 0;
  let unpacked = 0;
  while (unpacked < size) {
    const start = at + HEADER_BYTES;
    if (start > packed.length)
      throw new Error(`its compressed blocks end after ${unpacked} of ${size} bytes`);
    const letters = String.fromCharCode(packed[at], packed[at + 1]);
    const [packedBytes, blockBytes] = [threeBytes(at + 3), threeBytes(at + 6)];
    at = start + packedBytes;
    if (at > packed.length || unpacked + blockBytes > size || blockBytes === 0)
      throw new Error(
        `a compressed block does not fit (${packedBytes} bytes packed, ${blockBytes} unpacked)`,
      );
    blocks.push(await unpackBlock(letters, packed.subarray(start, at), blockBytes));
    unpacked += blockBytes;
  }
  return joined(blocks);
}

async function unpackBlock(
  letters: string,
  bytes: Uint8Array,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const [name, unpack] = ALGORITHMS[letters] ?? [];
  if (!unpack) throw new Error(`a block is compressed in an unknown way (${JSON.stringify(letters)})`);
  try {
    const block = await unpack(bytes, size);
    if (block.length !== size) throw new Error(`it unpacks to ${block.length} of ${size} bytes`);
    return block as Uint8Array<ArrayBuffer>;
  } catch (error) {
    throw new Error(`a block compressed with ${name} is damaged (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** An .xz stream, cut off where it grows beyond `size`. */
async function unpackXz(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  // The package is CommonJS, whose names Node does not see from outside.
  const { default: xz } = await import('xz-decompress');
  const stream = new xz.XzReadableStream(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream());
  const pieces = [new Uint8Array(0)];
  let unpacked = 0;
  for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) {
    unpacked += piece.length;
    if (unpacked > size) throw new Error(`it unpacks to more than ${size} bytes`);
    pieces.push(piece.slice());
  }
  return joined(pieces);
}
