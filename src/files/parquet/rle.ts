/**
 * Parquet's hybrid of run lengths and packed bits (Encodings.md, "RLE"), for levels and for indices of dictionaries.
 *
 * A run begins with a varint: even, a value repeated half as many times; odd, groups of eight values, packed.
 */
import type { NumericArray } from '../../jets/numeric-array.js';

/** Wider indices would be of dictionaries with more than 16 million numbers. */
const MAX_WIDTH = 24;

/**
 * Looks up the indices in a dictionary.
 *
 * @param width bits of an index.
 * @param out written to at [at, at + count).
 * @throws Error where the runs end early or an index has no entry.
 */
export function gatherByIndices(
  bytes: Uint8Array,
  width: number,
  dictionary: NumericArray,
  out: NumericArray,
  at: number,
  count: number,
): void {
  const checked = (index: number) => {
    if (index >= dictionary.length)
      throw new Error(`index ${index} into a dictionary of ${dictionary.length}`);
    return dictionary[index]!;
  };
  decodeRuns(bytes, width, count, {
    run(first, end, index) {
      (out as Float64Array).fill(checked(index) as number, at + first, at + end);
    },
    packed(first, end, indices) {
      for (let row = first; row < end; row++) out[at + row] = checked(indices[row - first]!);
    },
  });
}

/** Position of the first definition level below 1, which stands for a missing value; -1 where there is none. */
export function firstMissing(bytes: Uint8Array, count: number): number {
  let missing = -1;
  decodeRuns(bytes, 1, count, {
    run(first, _, level) {
      if (level === 0 && missing < 0) missing = first;
    },
    packed(first, end, levels) {
      const place = missing < 0 ? levels.subarray(0, end - first).indexOf(0) : -1;
      if (place >= 0) missing = first + place;
    },
  });
  return missing;
}

interface Runs {
  /** One value for [first, end). */
  run(first: number, end: number, value: number): void;
  /** Values for [first, end). */
  packed(first: number, end: number, values: Uint32Array): void;
}

function decodeRuns(bytes: Uint8Array, width: number, count: number, runs: Runs): void {
  if (width > MAX_WIDTH) throw new Error(`values of ${width} bits`);
  let from = 0;
  let done = 0;
  while (done < count) {
    let header = 0;
    let shift = 0;
    let byte: number;
    do {
      if (from >= bytes.length || shift > 28)
        throw new Error(`its runs end after ${done} of ${count} values`);
      byte = bytes[from++]!;
      header |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    const length = header >>> 1;
    if ((header & 1) === 0) {
      const valueBytes = (width + 7) >> 3;
      if (from + valueBytes > bytes.length || length === 0) throw new Error('a run is cut short');
      let value = 0;
      for (let place = 0; place < valueBytes; place++) value |= bytes[from++]! << (8 * place);
      const end = Math.min(count, done + length);
      runs.run(done, end, value);
      done = end;
    } else {
      // The last group may be longer than the values and, in some writers' files, shorter than its bytes.
      const end = Math.min(count, done + 8 * length);
      if (end === done) throw new Error('an empty run');
      const packedBytes = Math.min(length * width, bytes.length - from);
      if (8 * packedBytes < (end - done) * width) throw new Error('packed values are cut short');
      runs.packed(done, end, unpackBits(bytes.subarray(from, from + packedBytes), width, end - done));
      from += packedBytes;
      done = end;
    }
  }
}

/** Values of `width` ≤ 24 bits, lowest bits first: each lies within the four bytes from the one it begins in. */
function unpackBits(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const values = new Uint32Array(count);
  const padded = new Uint8Array(bytes.length + 4);
  padded.set(bytes);
  const mask = 2 ** width - 1;
  let bit = 0;
  for (let row = 0; row < count; row++) {
    const at = bit >>> 3;
    const word = padded[at]! | (padded[at + 1]! << 8) | (padded[at + 2]! << 16) | (padded[at + 3]! << 24);
    values[row] = (word >>> (bit & 7)) & mask;
    bit += width;
  }
  return values;
}
