import { expect, test } from '@jest/globals';
import { float32Text, writeFloat32 } from '../../src/files/write-csv.js';
import { createRandom } from './random.js';

function written(value: number): string {
  const bytes = new Uint8Array(32).fill(46);
  return new TextDecoder().decode(bytes.subarray(1, writeFloat32(bytes, 1, value)));
}

test.each([
  [0, '0'],
  [0.5, '0.5'],
  [-1, '-1'],
  [100, '100'],
  [999999, '999999'],
  [1e6, '1000000'],
  [Math.fround(0.1), '0.1'],
  [Math.fround(1e-4), '0.0001'],
  [Math.fround(0.00123), '0.00123'],
  [Math.fround(-Math.PI), '-3.1415927'],
  [Math.fround(1e-5), '0.00001'],
  [2 ** -149, '1.4013e-45'],
  [16777216, '16777216'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
])('%p is %s', (value, text) => {
  expect(written(value)).toBe(text);
});

test('numbers of every size read back the same, never longer than the plain way writes them', () => {
  const random = createRandom(11);
  const wrong: number[] = [];
  for (let count = 0; count < 50_000; count++) {
    const value = Math.fround((random() < 0.5 ? -1 : 1) * 10 ** (14 * random() - 6));
    const text = written(value);
    if (Math.fround(Number(text)) !== value || text.length > float32Text(value).length) wrong.push(value);
  }
  expect(wrong).toEqual([]);
});
