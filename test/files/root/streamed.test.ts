import { expect, test } from '@jest/globals';
import { Streamed } from '../../../src/files/root/streamed.js';

const bytes = (...words: number[]) => {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word);
  return new Uint8Array(view.buffer);
};
const text = (value: string) => Uint8Array.from([value.length, ...Buffer.from(value)]);

/** Byte counts and class tags, as TBufferFile has them. */
const COUNT = 0x40000000;
const NEW_CLASS = 0xffffffff;
/** "AAA" and its end. */
const CLASS_NAME = 0x41414100;

test('numbers are big-endian, and those of eight bytes exact to 2⁵³', () => {
  const streamed = new Streamed(bytes(0x01fffefd, 0xffffffff, 0x80000000, 0x001fffff, 0xffffffff));
  expect([streamed.int8(), streamed.int8(), streamed.int16()]).toEqual([1, -1, -259]);
  expect([streamed.int32(), streamed.uint32(), streamed.int64()]).toEqual([-1, 2 ** 31, 2 ** 53 - 1]);
});

test('text of 255 bytes or more has its length in four', () => {
  expect(new Streamed(text('jets')).text()).toBe('jets');
  const long = 'j'.repeat(300);
  expect(new Streamed(Buffer.concat([Uint8Array.of(255), bytes(300), Buffer.from(long)])).text()).toBe(long);
});

test('what is left of an object is skipped', () => {
  const streamed = new Streamed(bytes(COUNT | 8, 0x00020000, 7, 99));
  expect(streamed.versioned((version) => [version, streamed.int16()])).toEqual([2, 0]);
  expect(streamed.int32()).toBe(99);
});

test('a pointer leads to a new object, to one before, even to that which holds it, or nowhere', () => {
  // Behind a key of 10 bytes; the first object holds a pointer to itself, the second is of the same class.
  const streamed = new Streamed(
    bytes(COUNT | 12, NEW_CLASS, CLASS_NAME, 12, COUNT | 4, 0x80000000 | 16, 12, 0, 1000),
    10,
  );
  const made: string[] = [];
  const read = (className: string) => {
    made.push(className);
    return made.length === 1 ? { inner: streamed.pointer(read) } : {};
  };
  const first = streamed.pointer(read) as { inner?: unknown };
  expect(first.inner).toBe(first);
  expect(streamed.pointer(read)).toEqual({ className: 'AAA' });
  expect(streamed.pointer(read)).toBe(first);
  expect(streamed.pointer(read)).toBeUndefined();
  expect(streamed.pointer(read)?.className).toMatch(/leads nowhere/);
  expect(made).toEqual(['AAA', 'AAA']);
});

test.each<[string, Uint8Array, (streamed: Streamed) => unknown, RegExp]>([
  [
    'a number cut short',
    bytes(1),
    (streamed) => streamed.int64(),
    /8 bytes are wanted at byte 0, where 4 are left/,
  ],
  ['text beyond the end', bytes(0xff7fffff, 0xff000000), (streamed) => streamed.text(), /2147483647 bytes/],
  [
    'an array beyond the end',
    bytes(0x01000000, 1),
    (streamed) => streamed.numbers(2 ** 31, 8),
    /does not fit/,
  ],
  ['no byte count', bytes(1, 2), (streamed) => streamed.skipVersioned(), /no byte count at byte 0/],
  [
    'more than its holder',
    bytes(COUNT | 5, 1),
    (streamed) => streamed.skipVersioned(),
    /ends 1 bytes behind/,
  ],
  [
    'a number beyond its object',
    bytes(COUNT | 2, 0x00010000, 1),
    (streamed) => streamed.versioned(() => streamed.int32()),
    /4 bytes are wanted at byte 6, where 0 are left/,
  ],
  [
    'a version that is not known',
    bytes(COUNT | 4, 0x00150000),
    (streamed) => streamed.ofVersions('TTree', [16, 20], () => {}),
    /^TTree of version 21, where 16 to 20 are known$/,
  ],
  ['an unknown class', bytes(COUNT | 4, 0x80000099), (streamed) => streamed.pointer(Object), /has no class/],
  [
    'a name without end',
    bytes(COUNT | 5, NEW_CLASS, 0x41414141),
    (streamed) => streamed.pointer(Object),
    /wanted/,
  ],
])('%s is refused', (_, packed, read, message) => {
  expect(() => read(new Streamed(packed))).toThrow(message);
});

test('objects thousands deep in each other are refused', () => {
  const depth = 10_000;
  const streamed = new Streamed(
    bytes(...Array.from({ length: depth }, (_, index) => [COUNT | (8 * (depth - index) - 4), 0]).flat()),
  );
  const inner = () =>
    streamed.versioned(() => {
      streamed.int16();
      inner();
    });
  expect(inner).toThrow(/250 deep/);
});
