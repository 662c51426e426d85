/** Ways to damage a file, seeded: what bad disks, broken copies and ill will do. */

/** Makes one damaged copy; `random` draws from [0, 1). */
export type Damage = (bytes: Uint8Array, random: () => number) => Uint8Array;

const place = (bytes: Uint8Array, random: () => number) => Math.floor(bytes.length * random());

/** Integers that readers of lengths and offsets stumble over. */
const TELLING = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Some bytes of the part from `from` to `to` replaced; places below 0 count from the end. */
const replaced =
  (most: number, from?: number, to?: number): Damage =>
  (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    const part = copy.subarray(from, to);
    for (let count = 1 + most * random(); count > 0; count--) part[place(part, random)] = 256 * random();
    return copy;
  };

export const DAMAGES: Readonly<Record<string, Damage>> = {
  'one bit flipped': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    copy[place(bytes, random)]! ^= 1 << Math.floor(8 * random());
    return copy;
  },
  'some bytes replaced': replaced(20),
  'damage near the beginning': replaced(4, 0, 400),
  'damage near the end': replaced(4, -600),
  'a telling integer': (bytes, random) => {
    const copy = Uint8Array.from(bytes);
    const at = place(bytes, random);
    const value = TELLING[Math.floor(TELLING.length * random())]!;
    if (at + 4 <= copy.length) new DataView(copy.buffer).setUint32(at, value, random() < 0.5);
    return copy;
  },
  'cut short': (bytes, random) => bytes.slice(0, place(bytes, random)),
  'its beginning lost': (bytes, random) => bytes.slice(place(bytes, random)),
  'a part lost': (bytes, random) => {
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + Math.floor(200 * random()))]);
  },
  'a part twice': (bytes, random) => {
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at + 1 + Math.floor(200 * random())), bytes.subarray(at)]);
  },
  'a part of zeros': (bytes, random) => {
    const at = place(bytes, random);
    return Uint8Array.from(bytes).fill(0, at, at + Math.floor(500 * random()));
  },
};
