/** Values of a Parquet page in the encodings that are no indices (Encodings.md): into place in a typed array. */
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import { halfToNumber } from '../half.js';
import type { Physical } from './chunk.js';

/** Numbers as they are in memory, little-endian; booleans as bits. */
export function decodePlain(
  values: Uint8Array,
  type: Physical['type'],
  out: NumericArray,
  at: number,
  count: number,
): void {
  const needed =
    type === 'BOOLEAN' ? Math.ceil(count / 8) : count * (type === 'HALF' ? 2 : out.BYTES_PER_ELEMENT);
  if (values.length < needed)
    throw new Error(`${count} values take ${needed} bytes, a page has ${values.length}`);
  if (type === 'BOOLEAN') {
    for (let row = 0; row < count; row++) out[at + row] = (values[row >> 3]! >> (row & 7)) & 1;
  } else if (type === 'HALF') {
    for (let row = 0; row < count; row++)
      out[at + row] = halfToNumber(values[2 * row]! | (values[2 * row + 1]! << 8));
  } else {
    bytesOf(out, at, count).set(values.subarray(0, needed));
  }
}

/** All first bytes of the values, then all second bytes, … */
export function decodeByteStreamSplit(
  values: Uint8Array,
  type: Physical['type'],
  out: NumericArray,
  at: number,
  count: number,
): void {
  const width = type === 'HALF' ? 2 : out.BYTES_PER_ELEMENT;
  if (values.length < count * width)
    throw new Error(`${count} values take ${count * width} bytes, a page has ${values.length}`);
  if (type === 'HALF') {
    for (let row = 0; row < count; row++)
      out[at + row] = halfToNumber(values[row]! | (values[count + row]! << 8));
    return;
  }
  if (width === 4) {
    joinWords(values, new Uint32Array(out.buffer, out.byteOffset + 4 * at, count));
    return;
  }
  const bytes = bytesOf(out, at, count);
  for (let place = 0; place < width; place++) {
    for (let row = 0; row < count; row++) bytes[row * width + place] = values[place * count + row]!;
  }
}

/** Four streams of bytes into words: four words at a time where the streams lie so that words can be read of them. */
function joinWords(values: Uint8Array, words: Uint32Array): void {
  const count = words.length;
  const [second, third, fourth] = [count, 2 * count, 3 * count];
  let row = 0;
  if (values.byteOffset % 4 === 0 && count % 4 === 0) {
    const streams = new Uint32Array(values.buffer, values.byteOffset, count);
    const quarter = count / 4;
    for (let four = 0; four < quarter; four++, row += 4) {
      const a = streams[four]!;
      const b = streams[quarter + four]!;
      const c = streams[2 * quarter + four]!;
      const d = streams[3 * quarter + four]!;
      // Bytes 0 and 2, bytes 1 and 3, of two streams each.
      const evenLow = (a & 0xff00ff) | ((b & 0xff00ff) << 8);
      const oddLow = ((a >>> 8) & 0xff00ff) | (b & 0xff00ff00);
      const evenHigh = (c & 0xff00ff) | ((d & 0xff00ff) << 8);
      const oddHigh = ((c >>> 8) & 0xff00ff) | (d & 0xff00ff00);
      words[row] = (evenLow & 0xffff) | (evenHigh << 16);
      words[row + 1] = (oddLow & 0xffff) | (oddHigh << 16);
      words[row + 2] = (evenLow >>> 16) | (evenHigh & 0xffff0000);
      words[row + 3] = (oddLow >>> 16) | (oddHigh & 0xffff0000);
    }
  }
  for (; row < count; row++) {
    words[row] =
      values[row]! |
      (values[second + row]! << 8) |
      (values[third + row]! << 16) |
      (values[fourth + row]! << 24);
  }
}

export function decodeDeltas(
  values: Uint8Array,
  type: Physical['type'],
  out: NumericArray,
  at: number,
  count: number,
): void {
  if (type !== 'INT32' && type !== 'INT64') throw new Error(`differences of type ${type}`);
  if (count === 0) return;
  const numbers = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  deltaBinaryUnpack({ view, offset: 0 }, count, numbers);
  bytesOf(out, at, count).set(new Uint8Array(numbers.buffer));
}

function bytesOf(out: NumericArray, at: number, count: number): Uint8Array {
  const width = out.BYTES_PER_ELEMENT;
  return new Uint8Array(out.buffer, out.byteOffset + at * width, count * width);
}
