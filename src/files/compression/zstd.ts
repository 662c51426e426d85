/**
 * Zstandard, compiled to WebAssembly; Node from version 22.15 on unpacks with its own, which is faster. Packing is left to
 * WebAssembly everywhere, so that the same rows give the same bytes.
 *
 * Facebook's library as @bokuweb/zstd-wasm packs it. It trusts the size that a frame declares, so the frame's header is
 * read here first (RFC 8878, section 3.1.1.1) and anything but the size expected is refused.
 */
import { decompress as decompressUnsized } from 'fzstd';

export interface Zstd {
  /** One frame, at a level in [-7, 22]. The same bytes in give the same bytes out. */
  compress(bytes: Uint8Array, level: number): Uint8Array;
  /**
   * The content of `bytes`, which must be `size` bytes long.
   *
   * @throws Error where it is damaged or of another size.
   */
  decompress(bytes: Uint8Array, size: number): Uint8Array;
}

let loaded: Promise<Zstd> | undefined;

/** Loads the module once. */
export function loadZstd(): Promise<Zstd> {
  loaded ??= (async () => {
    const module = await import('@bokuweb/zstd-wasm');
    await module.init();
    const native = nativeDecompress();
    return {
      compress: module.compress,
      decompress(bytes, size) {
        const declared = zstdContentSize(bytes);
        if (size > MAX_ZSTD_RATIO * bytes.length)
          throw new Error(`${bytes.length} bytes cannot hold ${size}`);
        if (declared !== undefined && declared !== size) {
          throw new Error(`a zstd frame declares ${declared} bytes where ${size} are expected`);
        }
        // By default it unpacks in pieces of 16 KiB, which it then joins.
        if (native)
          return native(bytes, { maxOutputLength: size, chunkSize: Math.max(size, MIN_CHUNK_SIZE) });
        return declared === undefined
          ? decompressUnsized(bytes, new Uint8Array(size))
          : module.decompress(bytes);
      },
    };
  })();
  return loaded;
}

/** The least that Node's zlib takes [bytes]. */
const MIN_CHUNK_SIZE = 64;

type NativeDecompress = (
  bytes: Uint8Array,
  limits: { maxOutputLength: number; chunkSize: number },
) => Uint8Array;

/** Node's own; undefined in older versions and in browsers. */
function nativeDecompress(): NativeDecompress | undefined {
  if (typeof process === 'undefined') return undefined;
  const zlib = process.getBuiltinModule?.('node:zlib') as
    | { zstdDecompressSync?: NativeDecompress }
    | undefined;
  return zlib?.zstdDecompressSync;
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
