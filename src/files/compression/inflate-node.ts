/** zlib's streams and gzip by Node's zlib. */
import { pipeline } from 'node:stream';
import { createGunzip, inflateRawSync, inflateSync } from 'node:zlib';

/** The least that Node's zlib takes [bytes]. */
const MIN_CHUNK_SIZE = 64;

/**
 * @param raw without zlib's header and checksum.
 * @param size bytes at most.
 * @throws Error where the stream is damaged or longer.
 */
export async function inflate(packed: Uint8Array, raw: boolean, size: number): Promise<Uint8Array> {
  return (raw ? inflateRawSync : inflateSync)(packed, {
    maxOutputLength: size,
    // By default it unpacks in pieces of 16 KiB, which it then joins.
    chunkSize: Math.max(size, MIN_CHUNK_SIZE),
  });
}

/** gzip of one member or several, piece by piece. */
export function gunzipped(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Errors come out where it is read.
  return pipeline(pieces, createGunzip(), () => {});
}
