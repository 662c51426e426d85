/** Ways to damage a file, seeded: what bad disks, broken copies and ill will do. */

import { createXXHash3 } from 'hash-wasm';

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

/**
 * Makes the checksums of an RNTuple's descriptions right again, which hide what its reader makes of them otherwise. Where these
 * are is found in the sound file, which must not be compressed: the anchor has 64 bytes and the sum behind them, an envelope its
 * type (1 to 3) and length in front.
 *
 * @returns what does it to a damaged copy of the same length.
 */
export async function createSeal(sound: Uint8Array): Promise<(damaged: Uint8Array) => void> {
  const hasher = await createXXHash3();
  const sumOf = (bytes: Uint8Array, at: number, end: number) =>
    BigInt(`0x${hasher.init().update(bytes.subarray(at, end)).digest()}`);
  const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength);
  const anchors: number[] = [];
  const envelopes: { readonly type: number; readonly at: number; readonly end: number }[] = [];
  for (let at = 0; at + 72 <= sound.length; at++) {
    if (view.getBigUint64(at + 64) === sumOf(sound, at, at + 64)) anchors.push(at);
    const type = view.getUint16(at, true);
    const end = at + view.getUint16(at + 2, true) + 2 ** 16 * view.getUint32(at + 4, true) - 8;
    if (type >= 1 && type <= 3 && end > at && end + 8 <= sound.length)
      if (view.getBigUint64(end, true) === sumOf(sound, at, end)) envelopes.push({ type, at, end });
  }
  if (anchors.length !== 1 || envelopes.length < 3) throw new Error('no RNTuple without compression');
  envelopes.sort((a, b) => a.type - b.type);
  return (damaged) => {
    const copy = new DataView(damaged.buffer, damaged.byteOffset, damaged.byteLength);
    for (const at of anchors) copy.setBigUint64(at + 64, sumOf(damaged, at, at + 64));
    const header = sumOf(damaged, envelopes[0]!.at, envelopes[0]!.end);
    for (const { type, at, end } of envelopes) {
      // They say which header they belong to, behind the length, the footer behind its feature flags too.
      if (type > 1) copy.setBigUint64(at + (type === 2 ? 16 : 8), header, true);
      copy.setBigUint64(end, sumOf(damaged, at, end), true);
    }
  };
}
