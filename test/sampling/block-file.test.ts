import { describe, expect, test } from '@jest/globals';
import { byVariable } from '../../src/jets/columns.js';
import { type BlockIdentity, decodeBlock, encodeBlock } from '../../src/sampling/block-file.js';
import type { BlockTotals } from '../../src/sampling/totals.js';

const IDENTITY: BlockIdentity = {
  job: 'a'.repeat(64),
  block: 7,
  jetCount: 3,
  samples: 5,
  entries: [4, 3, 6, 2],
};

/** Counts up to `most` in every variable; ranks and medians that no two jets share. */
const totals = (most: number): BlockTotals => ({
  jetCount: 3,
  variables: byVariable((_, i) => ({
    counts: Uint16Array.from({ length: IDENTITY.entries[i]! * 5 }, (_, k) =>
      k === 0 ? most : (k * 37 + i) % most,
    ),
    less: Uint16Array.of(i, 300 + i, 65_535),
    equal: Uint16Array.of(0, 1, 256 * (i + 1)),
    median: Float32Array.of(-1.5 * i, 1e-30, 3e38),
  })),
});
const file = (most: number) => Buffer.concat(encodeBlock(IDENTITY, totals(most)));

test.each([200, 255, 256, 65_535])('what was written is read, with counts up to %i', (most) => {
  const bytes = file(most);
  expect(decodeBlock(bytes, IDENTITY)).toEqual(totals(most));
  // One byte a count where all fit: 15 entries × 5 samples, and 8 bytes for each of 3 jets and 4 variables.
  const payload = bytes.length - 12 - bytes.readUInt32LE(8);
  expect(payload).toBe(75 * (most < 256 ? 1 : 2) + 4 * 3 * 8);
});

test('a view into larger memory is read as it stands', () => {
  const shifted = new Uint8Array(file(9).length + 5);
  shifted.set(file(9), 5);
  expect(decodeBlock(shifted.subarray(5), IDENTITY)).toEqual(totals(9));
});

describe('refused in words', () => {
  const flipped = (at: number) => {
    const bytes = file(9);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return bytes;
  };
  const endless = file(9);
  endless.writeUInt32LE(0xffff_ffff, 8);
  const end = file(9).length - 1;
  test.each<[string, Uint8Array, Partial<BlockIdentity>, string]>([
    ['no bytes', new Uint8Array(), {}, 'is not a block file'],
    ['eleven bytes', file(9).subarray(0, 11), {}, 'is not a block file'],
    ['another file', flipped(7), {}, 'is not a block file'],
    ['a damaged header', flipped(12), {}, 'has a damaged header'],
    ['a header without end', endless, {}, 'has a damaged header'],
    ['another job', file(9), { job: 'b'.repeat(64) }, 'belongs to another job'],
    ['another block', file(9), { block: 8 }, 'holds block 7'],
    ['a flipped bit', flipped(end), {}, 'is damaged (sha256)'],
    ['a cut', file(9).subarray(0, end), {}, 'is damaged (sha256)'],
    ['more samples than there are', file(9), { samples: 6 }, 'has another length than its job makes'],
    ['fewer jets than there are', file(9), { jetCount: 2 }, 'has another length than its job makes'],
  ])('%s', (_, bytes, expected, words) => {
    expect(decodeBlock(bytes, { ...IDENTITY, ...expected })).toBe(words);
  });
});
