import { expect, test } from '@jest/globals';
import { decodeByteStreamSplit } from '../../../src/files/parquet/values.js';
import { createRandom } from '../random.js';

test.each([
  ['FLOAT', Float32Array],
  ['INT32', Int32Array],
  ['DOUBLE', Float64Array],
] as const)(
  'the byte streams of %s join to the values they were made of, wherever they lie',
  (type, Type) => {
    const random = createRandom(17);
    const width = Type.BYTES_PER_ELEMENT;
    for (const count of [0, 1, 3, 4, 8, 13, 100]) {
      for (const offset of [0, 1, 4]) {
        const expected = Uint8Array.from({ length: count * width }, () => 256 * random());
        const streams = new Uint8Array(offset + count * width);
        for (const [at, byte] of expected.entries())
          streams[offset + (at % width) * count + Math.floor(at / width)] = byte;
        const out = new Type(count + 2);
        decodeByteStreamSplit(streams.subarray(offset), type, out, 1, count);
        expect(new Uint8Array(out.buffer, width, count * width)).toEqual(expected);
        expect([out[0], out[count + 1]]).toEqual([0, 0]);
      }
    }
  },
);
