/** Ways to damage a file, seeded: what bad disks, broken copies and ill will do. */

/** Makes one damaged copy; `random` draws from [0, 1). */
export type Damage = (bytes: Uint8Array, random: () => number) => Uint8Array;

const place = (bytes: Uint8Array, random: () => number) => Math.floor(bytes.length * random());

/** Integers that readers of lengths and offsets stumble over. */
const TELLING = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

export const DAMAGES: Readonly<Record<string, Damage>> = {
  'one bit flipped': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    copy[place(bytes, random)]! ^= 1 << Math.floor(8 * random());
    return copy;
  },
  'some bytes replaced': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    for (let count = 1 + 20 * random(); count > 0; count--) copy[place(bytes, random)] = 256 * random();
    return copy;
  },
  'a telling integer': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    const at = place(bytes, random);
    const value = TELLING[Math.floor(TELLING.length * random())]!;
    const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
    if (at + 4 <= copy.length) view.setUint32(at, value, random() < 0.5);
    return copy;
  },
  'cut short': (bytes, random) => bytes.slice(0, place(bytes, random)),
  'its beginning lost': (bytes, random) => bytes.slice(place(bytes, random)),
  'a part lost': (bytes, random) => {
    const at = place(bytes, random);
    return concat(bytes.subarray(0, at), bytes.subarray(at + Math.floor(200 * random())));
  },
  'a part twice': (bytes, random) => {
    const at = place(bytes, random);
    return concat(bytes.subarray(0, at + 1 + Math.floor(200 * random())), bytes.subarray(at));
  },
  'a part of zeros': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    const at = place(bytes, random);
    return copy.fill(0, at, Math.min(copy.length, at + Math.floor(500 * random())));
  },
  'damage near the end': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    const from = Math.max(0, copy.length - 600);
    for (let count = 1 + 4 * random(); count > 0; count--) {
      copy[from + Math.floor((copy.length - from) * random())] = 256 * random();
    }
    return copy;
  },
  'damage near the beginning': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    for (let count = 1 + 4 * random(); count > 0; count--) {
      copy[Math.floor(Math.min(400, copy.length) * random())] = 256 * random();
    }
    return copy;
  },
};

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
