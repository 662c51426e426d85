/** gzip and zstd around a text table, unpacked piece by piece: a bomb is refused early, and never takes memory. */
import { Gunzip } from 'fflate';
import { Decompress } from 'fzstd';
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
    yield* format === 'gzip' ? gunzipped(source) : unzstd(source);
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const { message } = error as Error;
    throw new InputError(source.name, `damaged or cut short inside its ${format}: ${message}`, {
      cause: error,
    });
  }
}

/** One or more members, each with its own checksum: fflate unpacks them and leaves the checksums to us (RFC 1952). */
async function* gunzipped(source: ByteSource): AsyncGenerator<Uint8Array> {
  const found = collected(source);
  const ends: { readonly at: number; readonly checksum: number }[] = [];
  let checksum = 0;
  const stream = new Gunzip((piece) => {
    checksum = crc32(piece, checksum);
    found.take(piece);
  });
  const endMember = (at: number) => {
    ends.push({ at, checksum });
    checksum = 0;
  };
  stream.onmember = endMember;
  let fed = 0;
  for await (const piece of bytesOf(source, PIECE_BYTES)) {
    fed += piece.length;
    stream.push(piece, fed === source.size);
    if (fed === source.size) endMember(fed);
    for (const end of ends.splice(0)) {
      const trailer = new DataView((await source.read(end.at - 8, end.at)).buffer);
      if (trailer.getUint32(0, true) !== end.checksum) throw new Error('its checksum is another');
    }
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

/** CRC-32 of ISO 3309, reflected polynomial 0xedb88320, of bytes that follow those with checksum `before`. */
function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) crc = CRC_TABLE[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
