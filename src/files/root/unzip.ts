/**
 * ROOT's compressed blocks: each of up to 16 MiB, with a header of nine bytes (two letters for the algorithm, one for
 * its method, packed and unpacked length in three bytes each, little-endian; ROOT's core/zip/src/RZip.cxx).
 *
 * ZL zlib, CS the deflate of old files, L4 LZ4 behind an eight-byte checksum, ZS zstd, XZ a whole .xz stream.
 */
import { inflate } from '#inflate';
import { unpackLz4Block } from '../compression/lz4.js';
import { unzstd } from '../compression/zstd.js';

const HEADER_BYTES = 9;
const LZ4_CHECKSUM_BYTES = 8;
/** The largest object or basket that is unpacked [bytes]. ROOT's own baskets stay far below. */
export const MAX_UNPACKED_BYTES = 2 ** 28;

/**
 * Unpacks consecutive blocks to exactly `size` bytes.
 *
 * @throws Error naming the algorithm, where the blocks are damaged.
 */
export async function unzip(packed: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!(size >= 0 && size <= MAX_UNPACKED_BYTES)) {
    throw new Error(`it declares ${size} unpacked bytes; at most ${MAX_UNPACKED_BYTES} are read`);
  }
  const blocks: Uint8Array[] = [];
  let at = 0;
  let unpacked = 0;
  while (unpacked < size) {
    if (at + HEADER_BYTES > packed.length)
      throw new Error(`its compressed blocks end after ${unpacked} of ${size} bytes`);
    const algorithm = String.fromCharCode(packed[at]!, packed[at + 1]!);
    const packedBytes = threeBytes(packed, at + 3);
    const blockBytes = threeBytes(packed, at + 6);
    const start = at + HEADER_BYTES;
    at = start + packedBytes;
    if (at > packed.length || unpacked + blockBytes > size || blockBytes === 0) {
      throw new Error(
        `a compressed block does not fit (${packedBytes} bytes packed, ${blockBytes} unpacked)`,
      );
    }
    blocks.push(await unpackBlock(algorithm, packed.subarray(start, at), blockBytes));
    unpacked += blockBytes;
  }
  return joined(blocks, size);
}

async function unpackBlock(algorithm: string, bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const name = ALGORITHMS[algorithm];
  if (name === undefined)
    throw new Error(`a block is compressed in an unknown way (${JSON.stringify(algorithm)})`);
  let block: Uint8Array;
  try {
    switch (algorithm) {
      case 'ZL':
        block = await inflate(bytes, false, size);
        break;
      case 'CS':
        block = await inflate(bytes, true, size);
        break;
      case 'L4':
        block = new Uint8Array(size);
        block = block.subarray(0, unpackLz4Block(bytes.subarray(LZ4_CHECKSUM_BYTES), block, 0));
        break;
      case 'ZS':
        block = unzstd(bytes, size);
        break;
      default:
        block = await unpackXz(bytes, size);
    }
  } catch (error) {
    throw new Error(`a block compressed with ${name} is damaged (${(error as Error).message})`, {
      cause: error,
    });
  }
  if (block.length !== size)
    throw new Error(`a block compressed with ${name} unpacks to ${block.length} of ${size} bytes`);
  return block;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  ZL: 'zlib',
  CS: 'deflate',
  L4: 'LZ4',
  ZS: 'zstd',
  XZ: 'LZMA',
};

/** An .xz stream, cut off where it grows beyond `size`. */
async function unpackXz(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  // The package is CommonJS, whose names Node does not see from outside.
  const { default: xz } = await import('xz-decompress');
  const packed = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const pieces: Uint8Array[] = [];
  let unpacked = 0;
  for await (const piece of new xz.XzReadableStream(packed) as unknown as AsyncIterable<Uint8Array>) {
    unpacked += piece.length;
    if (unpacked > size) throw new Error(`it unpacks to more than ${size} bytes`);
    pieces.push(piece.slice());
  }
  return joined(pieces, unpacked);
}

function threeBytes(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  // Not of a Buffer: its memory may be that of others too.
  const [only] = pieces;
  if (pieces.length === 1 && only!.length === only!.buffer.byteLength) return only as Uint8Array<ArrayBuffer>;
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
