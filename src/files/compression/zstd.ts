/**
 * Zstandard. Unpacked by Node's own from version 22.15 on, else by fzstd, which is JavaScript: reading starts no WebAssembly.
 * Packed by Facebook's library as WebAssembly everywhere (@bokuweb/zstd-wasm), so that the same rows give the same bytes.
 *
 * The size that a frame declares is read first (RFC 8878, section 3.1.1.1), and anything but the size expected is refused.
 */
import { decompress } from 'fzstd';

export interface Zstd {
  /** One frame, at a level in [-7, 22]. The same bytes in give the same bytes out. */
  compress(bytes: Uint8Array, level: number): Uint8Array;
}

let loaded: Promise<Zstd> | undefined;

/** Loads the module once. Where WebAssembly gets no memory its promise never ends: address-room.ts looks before. */
export function loadZstd(): Promise<Zstd> {
  loaded ??= import('@bokuweb/zstd-wasm').then(async ({ compress, init }) => {
    await init();
    return { compress };
  });
  return loaded;
}

/** What Node has of its own; undefined in browsers. Zstandard is in it from Node 22.15 on. */
const native: (Zlib & { zstdDecompressSync?: Zlib['gunzipSync'] }) | undefined =
  typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:zlib');
type Zlib = typeof import('node:zlib');

/** The least that Node's zlib takes [bytes]. */
const MIN_CHUNK_SIZE = 64;

// By default it unpacks in pieces of 16 KiB, which it then joins.
const limits = (size: number) => ({
  maxOutputLength: Math.max(size, 1),
  chunkSize: Math.max(size, MIN_CHUNK_SIZE),
});

/** Unpacks gzip to at most `size` bytes; undefined in browsers, whose own works in pieces. */
export const gunzip = native && ((bytes: Uint8Array, size: number) => native.gunzipSync(bytes, limits(size)));

export const unbrotli =
  native && ((bytes: Uint8Array, size: number) => native.brotliDecompressSync(bytes, limits(size)));

/**
 * The content of `bytes`, which must be `size` bytes long.
 *
 * @throws Error where it is damaged or of another size.
 */
export function unzstd(bytes: Uint8Array, size: number): Uint8Array {
  if (size > MAX_ZSTD_RATIO * bytes.length) throw new Error(`${bytes.length} bytes cannot hold ${size}`);
  const declared = zstdContentSize(bytes);
  if (declared !== undefined && declared !== size)
    throw new Error(`a zstd frame declares ${declared} bytes where ${size} are expected`);
  return native?.zstdDecompressSync?.(bytes, limits(size)) ?? decompress(bytes, new Uint8Array(size));
}

const MAGIC = 0xfd2fb528;
/** A block of four bytes repeats one byte for up to 128 KiB: no frame unpacks to more than this many times its length. */
export const MAX_ZSTD_RATIO = 2 ** 15;

/** The content size in the header of a zstd frame; undefined where it has none. */
export function zstdContentSize(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 6 || view.getUint32(0, true) !== MAGIC) throw new Error('not a zstd frame');
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor >> 5) & 1;
  const sizeFlag = descriptor >> 6;
  const sizeAt = 5 + (1 - singleSegment) + [0, 1, 2, 4][descriptor & 3]!;
  if (sizeFlag === 0) return singleSegment ? view.getUint8(sizeAt) : undefined;
  if (sizeFlag === 1) return view.getUint16(sizeAt, true) + 256;
  return sizeFlag === 2 ? view.getUint32(sizeAt, true) : Number(view.getBigUint64(sizeAt, true));
}
