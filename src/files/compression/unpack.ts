/** gzip and zstd around a text table, unpacked piece by piece: a bomb is refused early, and never takes memory. */
import { Decompress } from 'fzstd';
import { gunzipped } from '#inflate';
import { InputError, JetIqnError } from '../../errors.js';
import { type ByteSource, bytesOf } from '../source.js';

/** Bytes fed at a time. Of gzip they unpack to at most a thousand times as much. */
const PIECE_BYTES = 1 << 16;
/** Beyond the first bytes a text of numbers unpacks to a few times its size; a hundred times is no table of jets. */
const FIRST_BYTES = 2 ** 26;
const MOST_RATIO = 100;

/**
 * The content of a compressed source.
 *
 * @throws InputError where it is damaged or cut short, or unpacks to more than a table would.
 */
export async function* unpacked(source: ByteSource, format: 'gzip' | 'zstd'): AsyncGenerator<Uint8Array> {
  try {
    yield* format === 'gzip' ? gunzip(source) : unzstd(source);
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const { message } = error as Error;
    throw new InputError(source.name, `damaged or cut short inside its ${format}: ${message}`, {
      cause: error,
    });
  }
}

async function* gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const found = collected(source);
  for await (const piece of gunzipped(bytesOf(source, PIECE_BYTES))) {
    found.take(piece);
    yield* found.given();
  }
}

async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  const found = collected(source);
  const stream = new Decompress((piece) => found.take(piece.slice()));
  for await (const piece of bytesOf(source, PIECE_BYTES)) {
    stream.push(piece);
    yield* found.given();
  }
  stream.push(new Uint8Array(0), true);
  yield* found.given();
}

/** Pieces between the library that makes them and the reader that takes them. */
function collected({ size }: ByteSource) {
  const most = Math.max(FIRST_BYTES, MOST_RATIO * size);
  let bytes = 0;
  let pieces: Uint8Array[] = [];
  return {
    take(piece: Uint8Array): void {
      bytes += piece.length;
      if (bytes > most)
        throw new Error(`it unpacks to more than ${MOST_RATIO} times its size, which is no table`);
      if (piece.length > 0) pieces.push(piece);
    },
    given(): Uint8Array[] {
      const given = pieces;
      pieces = [];
      return given;
    },
  };
}
