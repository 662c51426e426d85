/** gzip and zstd around a text table, unpacked piece by piece: a bomb is refused early, and never takes memory. */
import { Decompress } from 'fzstd';
import { gunzipped } from '#inflate';
import { InputError, JetIqnError } from '../../errors.js';
import { type ByteSource, bytesOf } from '../source.js';

/** Bytes read at a time. Of gzip they unpack to at most a thousand times as much, */
const GZIP_BYTES = 1 << 16;
/** of zstd to some ten thousand times as much. */
const ZSTD_BYTES = 1 << 11;
/** Beyond the first bytes a text of numbers unpacks to a few times its size; a hundred times is no table of jets. */
const FIRST_BYTES = 2 ** 26;
const MOST_RATIO = 100;

/**
 * The content of a compressed source.
 *
 * @throws InputError where it is damaged or cut short, or unpacks to more than a table would.
 */
export async function* unpacked(source: ByteSource, format: 'gzip' | 'zstd'): AsyncGenerator<Uint8Array> {
  const most = Math.max(FIRST_BYTES, MOST_RATIO * source.size);
  let bytes = 0;
  try {
    const packed = bytesOf(source, GZIP_BYTES);
    for await (const piece of format === 'gzip' ? gunzipped(packed) : unzstd(packed)) {
      bytes += piece.length;
      if (bytes > most)
        throw new Error(`it unpacks to more than ${MOST_RATIO} times its size, which is no table`);
      if (piece.length > 0) yield piece;
    }
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const { message } = error as Error;
    throw new InputError(source.name, `damaged or cut short inside its ${format}: ${message}`, {
      cause: error,
    });
  }
}

async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const stream = new Decompress((piece) => ready.push(piece.slice()));
  for await (const piece of packed)
    for (let at = 0; at < piece.length; at += ZSTD_BYTES) {
      stream.push(piece.subarray(at, at + ZSTD_BYTES));
      yield* ready;
      ready = [];
    }
  stream.push(new Uint8Array(0), true);
  yield* ready;
}
