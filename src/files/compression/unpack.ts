/** gzip and zstd around a text table, unpacked piece by piece: a bomb takes time, never memory. */
import { Decompress } from 'fzstd';
import { InputError, JetIqnError } from '../../errors.js';
import { type ByteSource, bytesOf } from '../source.js';

/** Bytes fed at a time. Of gzip they unpack to at most a thousand times as much. */
const PIECE_BYTES = 1 << 16;
/** What a piece of zstd may unpack to [bytes], where the format has no such limit: no text of numbers comes near it. */
const MOST_UNPACKED_BYTES = 1000 * PIECE_BYTES;

/**
 * The content of a compressed source.
 *
 * @throws InputError where it is damaged or cut short.
 */
export async function* unpacked(source: ByteSource, format: 'gzip' | 'zstd'): AsyncGenerator<Uint8Array> {
  try {
    yield* format === 'gzip' ? gunzipped(source) : unzstd(source);
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const { message } = error as Error;
    throw new InputError(source.name, `damaged or cut short inside its ${format}: ${message}`, {
      cause: error,
    });
  }
}

async function* gunzipped(source: ByteSource): AsyncGenerator<Uint8Array> {
  const pieces = bytesOf(source, PIECE_BYTES);
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>);
      },
    },
    { highWaterMark: 1 },
  );
  yield* packed.pipeThrough(new DecompressionStream('gzip')) as unknown as AsyncIterable<Uint8Array>;
}

async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let readyBytes = 0;
  const stream = new Decompress((piece) => {
    readyBytes += piece.length;
    if (readyBytes > MOST_UNPACKED_BYTES)
      throw new Error('it unpacks to more than a thousand times its size, which is no table');
    if (piece.length > 0) ready.push(piece.slice());
  });
  for await (const piece of bytesOf(source, PIECE_BYTES)) {
    stream.push(piece);
    yield* ready;
    ready = [];
    readyBytes = 0;
  }
  stream.push(new Uint8Array(0), true);
  yield* ready;
}
