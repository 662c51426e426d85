/**
 * Bytes by range, wherever they lie: a path, standard input, a file dropped on a page. Readers see nothing else, so
 * that they run in Node and in a browser alike.
 */
import { InputError, JetIqnError } from '../errors.js';

export interface ByteSource {
  /** As the user named it, for messages. */
  readonly name: string;
  /** Where it lies on this machine's disk, if it does: for libraries that open files themselves. */
  readonly path?: string;
  /** Number of bytes when it was opened. */
  readonly size: number;
  /**
   * The bytes [start, end), in a buffer of their own.
   *
   * @throws InputError where the file is shorter than that.
   */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws InputError if the file changed since it was opened. */
  close(): Promise<void>;
}

/** @throws InputError unless 0 ≤ start ≤ end ≤ size. */
export function checkRange(name: string, size: number, start: number, end: number): void {
  if (start >= 0 && start <= end && end <= size) return;
  throw new InputError(
    name,
    `damaged or cut short: it refers to bytes ${start} to ${end} but has ${size}; copy or make it again`,
  );
}

/**
 * What a decoder throws on a damaged file, as one line that names file and place; failures that we foresaw as they are.
 *
 * @param kind of file, in words. @param place where in it. @param problem what the decoder says.
 */
export function damagedError(
  error: unknown,
  name: string,
  kind: string,
  place: string,
  problem = (error as Error).message,
): JetIqnError {
  if (error instanceof JetIqnError) return error;
  return new InputError(name, `damaged, or of a kind of ${kind} that is not read, in ${place}: ${problem}`, {
    cause: error,
  });
}

/** Reads one place of files of a kind: what is thrown there becomes a {@link damagedError}. */
export function guardedAs(kind: string) {
  return async <T>(name: string, place: string, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      throw damagedError(error, name, kind, place);
    }
  };
}

/** A source from byte `first` to its last, in pieces of at most `pieceBytes`; the next is read while one is used. */
export async function* bytesOf(
  source: ByteSource,
  pieceBytes = 1 << 20,
  first = 0,
): AsyncGenerator<Uint8Array> {
  const read = (start: number) => source.read(start, Math.min(start + pieceBytes, source.size));
  let next = read(first);
  for (let start = first; start < source.size; start += pieceBytes) {
    const piece = await next;
    if (start + pieceBytes < source.size) {
      next = read(start + pieceBytes);
      // Whoever stops before the end never asks for it.
      next.catch(() => {});
    }
    yield piece;
  }
}

export interface HashedSource extends ByteSource {
  /**
   * sha256 of all bytes, hexadecimal; asked for once, or again where reading failed.
   *
   * @param onBytes told how many bytes have gone into it, as those that were left are read.
   */
  sha256(onBytes?: (bytes: number) => void): Promise<string>;
}

/** What takes bytes piece by piece: Node's own, or one for browsers, which have none. */
export interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/**
 * A source that takes its sha256 from what is read of it anyway, so far as that goes from the first byte on without a gap;
 * the rest is read for it in the end.
 *
 * @param hash of SHA-256, before its first byte.
 */
export function hashed(source: ByteSource, hash: Hash): HashedSource {
  let done = 0;
  let isAsked = false;
  const add = (bytes: Uint8Array, end: number) => {
    hash.update(bytes);
    done = end;
  };
  return {
    ...source,
    async read(start, end) {
      const bytes = await source.read(start, end);
      if (!isAsked && start <= done && end > done) add(bytes.subarray(done - start), end);
      return bytes;
    },
    async sha256(onBytes = () => {}) {
      isAsked = true;
      for await (const piece of bytesOf(source, 1 << 20, done)) {
        add(piece, done + piece.length);
        onBytes(done);
      }
      return hash.digest('hex');
    },
  };
}
