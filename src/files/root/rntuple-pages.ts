/**
 * What is in the pages of an RNTuple's columns, by the type of the column (its specification's table of column types). Pages
 * are encoded each by itself: bytes of equal significance stand together (split), whole numbers with a sign in their lowest bit
 * (zigzag), offsets as differences (delta).
 */
import type { NumericArray } from '../../jets/numeric-array.js';
import type { NumericType } from './branches.js';
import type { Column } from './rntuple.js';

type Encoding =
  | 'plain'
  | 'split'
  | 'zigzag'
  | 'delta'
  | 'half'
  | 'splitHalf'
  | 'truncated'
  | 'quantised'
  | 'bits';

interface ColumnType {
  readonly array: NumericType;
  readonly encoding: Encoding;
  /** Smallest and largest number of bits of an element. */
  readonly bits: readonly [number, number];
  /** Of offsets: where the list of an entry ends in its cluster. */
  readonly isIndex: boolean;
}

const fixed = (
  array: NumericType & { BYTES_PER_ELEMENT: number },
  encoding: Encoding = 'plain',
  isIndex = false,
): ColumnType => {
  const bits = 8 * array.BYTES_PER_ELEMENT;
  return { array, encoding, bits: [bits, bits], isIndex };
};
const float = (encoding: Encoding, least: number, most: number): ColumnType => ({
  array: Float32Array,
  encoding,
  bits: [least, most],
  isIndex: false,
});

/** By their code; the tuples of variants (0x10) and what later versions add hold no plain numbers. */
const COLUMN_TYPES: Readonly<Record<number, ColumnType>> = {
  0: { array: Uint8Array, encoding: 'bits', bits: [1, 1], isIndex: false },
  1: fixed(Uint8Array),
  2: fixed(Int8Array),
  3: fixed(Int8Array),
  4: fixed(Uint8Array),
  5: fixed(Int16Array),
  6: fixed(Uint16Array),
  7: fixed(Int32Array),
  8: fixed(Uint32Array),
  9: fixed(BigInt64Array),
  10: fixed(BigUint64Array),
  11: float('half', 16, 16),
  12: fixed(Float32Array),
  13: fixed(Float64Array),
  14: fixed(Uint32Array, 'plain', true),
  15: fixed(BigUint64Array, 'plain', true),
  17: fixed(Int16Array, 'zigzag'),
  18: fixed(Uint16Array, 'split'),
  19: fixed(Int32Array, 'zigzag'),
  20: fixed(Uint32Array, 'split'),
  21: fixed(BigInt64Array, 'zigzag'),
  22: fixed(BigUint64Array, 'split'),
  23: float('splitHalf', 16, 16),
  24: fixed(Float32Array, 'split'),
  25: fixed(Float64Array, 'split'),
  26: fixed(Uint32Array, 'delta', true),
  27: fixed(BigUint64Array, 'delta', true),
  28: float('truncated', 10, 31),
  29: float('quantised', 1, 32),
};

/** Undefined where the column holds no numbers, or of a kind that is not known. */
export function columnType({ type, bits }: Column): ColumnType | undefined {
  const found = COLUMN_TYPES[type];
  return found && bits >= found.bits[0] && bits <= found.bits[1] ? found : undefined;
}

/** The numbers in a page of `elements`, whose `bytes` are as many as they take. */
export function decodePage(column: Column, bytes: Uint8Array, elements: number): NumericArray {
  const { array, encoding } = columnType(column)!;
  switch (encoding) {
    case 'bits':
      return Uint8Array.from(unpackBits(bytes, 1, elements));
    case 'half':
      return fromHalf(valuesOf(bytes, Uint16Array, elements));
    case 'splitHalf':
      return fromHalf(valuesOf(unsplit(bytes, 2), Uint16Array, elements));
    case 'truncated': {
      const words = unpackBits(bytes, column.bits, elements);
      for (let at = 0; at < elements; at++) words[at] <<= 32 - column.bits;
      return new Float32Array(words.buffer);
    }
    case 'quantised': {
      const scale = (column.max - column.min) / (2 ** column.bits - 1);
      return Float32Array.from(unpackBits(bytes, column.bits, elements), (step) => column.min + step * scale);
    }
    default: {
      const values = valuesOf(
        encoding === 'plain' ? bytes : unsplit(bytes, column.bits / 8),
        array,
        elements,
      );
      if (encoding === 'zigzag') undoZigzag(values);
      if (encoding === 'delta') sumUp(values);
      return values;
    }
  }
}

function valuesOf<Values extends NumericArray>(
  bytes: Uint8Array,
  type: new (length: number) => Values,
  elements: number,
): Values {
  const values = new type(elements);
  new Uint8Array(values.buffer).set(bytes);
  return values;
}

/** All first bytes, then all second bytes, … → number after number. */
function unsplit(bytes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let at = 0;
  for (let byte = 0; byte < width; byte++)
    for (let place = byte; place < out.length; place += width) out[place] = bytes[at++];
  return out;
}

/** 0, 1, 2, 3, 4 … → 0, -1, 1, -2, 2 … */
function undoZigzag(values: NumericArray): void {
  if (values instanceof BigInt64Array)
    for (let at = 0; at < values.length; at++) {
      const word = BigInt.asUintN(64, values[at]);
      values[at] = (word >> 1n) ^ -(word & 1n);
    }
  else {
    const mask = 2 ** (8 * values.BYTES_PER_ELEMENT) - 1;
    for (let at = 0; at < values.length; at++) {
      const word = (values[at] as number) & mask;
      values[at] = (word >>> 1) ^ -(word & 1);
    }
  }
}

function sumUp(values: NumericArray): void {
  if (values instanceof BigUint64Array)
    for (let at = 1; at < values.length; at++) values[at] += values[at - 1];
  else
    for (let at = 1; at < values.length; at++) (values as Uint32Array)[at] += (values as Uint32Array)[at - 1];
}

/** Whole numbers of `bits` bits each, one behind the other, the lowest bit first. */
function unpackBits(bytes: Uint8Array, bits: number, elements: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(elements);
  for (let at = 0; at < elements; at++) {
    const first = at * bits;
    const skipped = first % 8;
    let byte = (first - skipped) / 8;
    // Up to 39 bits: beyond what shifts of 32 bits hold.
    let value = bytes[byte] >> skipped;
    for (let known = 8 - skipped; known < bits; known += 8) value += bytes[++byte] * 2 ** known;
    out[at] = value % 2 ** bits;
  }
  return out;
}

/** IEEE 754 half precision: a sign, 5 bits of exponent, 10 of fraction. */
function fromHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
}
