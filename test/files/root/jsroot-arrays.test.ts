/** JSROOT's arrays of several dimensions, whose sizes a file declares: what does not fit into the bytes is refused at once. */
import { expect, test } from '@jest/globals';
import { TBuffer } from '#jsroot/io';

/** A hundred bytes: 0, 1, 2, … */
const bytes = () => new TBuffer(new DataView(Uint8Array.from({ length: 100 }, (_, index) => index).buffer));
const member = (...sizes: number[]) => ({ fArrayDim: sizes.length, fArrayLength: 0, fMaxIndex: sizes });
const byte = (buffer: TBuffer) => buffer.ntou1();
const nothing = () => [];

test('they are read in the order of C', () => {
  expect(bytes().readNdimArray(member(), byte)).toBe(0);
  expect(bytes().readNdimArray(member(3), byte)).toEqual([0, 1, 2]);
  expect(bytes().readNdimArray(member(2, 3), byte)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(bytes().readNdimArray(member(2, 1, 3), byte)).toEqual([[[0, 1, 2]], [[3, 4, 5]]]);
  expect(bytes().readNdimArray(member(4, 5, 5), byte)).toHaveLength(4);
  expect(bytes().readNdimArray({ fArrayDim: 0, fArrayLength: 2, fMaxIndex: [] }, byte)).toEqual([0, 1]);
});

test.each([
  [[101]],
  [[2 ** 31 - 1]],
  [[-1]],
  [[2 ** 31 - 1, 2 ** 31 - 1]],
  [[1, 2 ** 31 - 1]],
  [[11, 10]],
  [[-5, -5]],
  [[2, 3, 2 ** 31 - 1]],
  [[5, 5, 5]],
  [[2 ** 31 - 1, 0, 1]],
  [[1, 1, 1, 1, 1, 1]],
])('%j are refused, whether or not an element takes bytes', (sizes) => {
  for (const element of [byte, nothing]) {
    expect(() => bytes().readNdimArray(member(...sizes), element)).toThrow(
      /^array of \S+ (elements|dimensions)/,
    );
  }
});

test('sizes that a file leaves out are refused', () => {
  expect(() => bytes().readNdimArray({ fArrayDim: 3, fArrayLength: 0, fMaxIndex: [2] }, nothing)).toThrow(
    /^array of undefined elements/,
  );
});

test('a dimension of no elements ends', () => {
  expect(bytes().readNdimArray(member(3, 0, 2), nothing)).toEqual([]);
});
