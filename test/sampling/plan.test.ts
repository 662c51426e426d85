import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UsageError } from '../../src/errors.js';
import {
  blockJets,
  checkStudySamples,
  MAX_JETS_PER_BLOCK,
  MAX_SAMPLES,
  MAX_STUDY_SAMPLES,
  planBlocks,
  shardBlocks,
} from '../../src/sampling/plan.js';

const jobs = [fc.integer({ min: 1, max: 2 ** 32 }), fc.integer({ min: 1, max: MAX_SAMPLES })] as const;

describe('planBlocks', () => {
  test('cuts the jobs that people run into blocks of a second or some', () => {
    expect(planBlocks(20_000, 1000)).toMatchObject({ jetsPerBlock: 260, blocks: 77, jetsPerGroup: 4 });
    expect(planBlocks(999_295, 1000)).toMatchObject({ jetsPerBlock: 3900, blocks: 257, jetsPerGroup: 4 });
    expect(planBlocks(1e9, 1000)).toMatchObject({ jetsPerBlock: 16_776, blocks: 59_609 });
    expect(planBlocks(1, 1)).toEqual({ jets: 1, samples: 1, jetsPerBlock: 1, blocks: 1, jetsPerGroup: 1 });
  });

  test('covers every jet once, in blocks that 16 bits can count', () => {
    fc.assert(
      fc.property(...jobs, (jets, samples) => {
        const plan = planBlocks(jets, samples);
        const last = blockJets(plan, plan.blocks - 1);
        expect(last.firstJet + last.jetCount).toBe(jets);
        expect(last.jetCount).toBeGreaterThan(0);
        expect(plan.jetsPerBlock).toBeLessThanOrEqual(MAX_JETS_PER_BLOCK);
        expect(plan.jetsPerGroup).toBeLessThanOrEqual(plan.jetsPerBlock);
        expect(plan.jetsPerGroup * samples).toBeLessThanOrEqual(MAX_SAMPLES);
      }),
    );
  });

  test.each([
    [0, 10, 'a job has 1 to 4294967296 jets, not 0'],
    [2 ** 32 + 1, 10, 'a job has 1 to 4294967296 jets, not 4294967297'],
    [10, 0, '--samples must be a whole number from 1 to 16777216, not 0'],
    [10, 2 ** 24 + 1, '--samples must be a whole number from 1 to 16777216, not 16777217'],
    [10, 1.5, '--samples must be a whole number from 1 to 16777216, not 1.5'],
    [Number.NaN, 10, 'a job has 1 to 4294967296 jets, not NaN'],
  ])('refuses %p jets of %p samples', (jets, samples, message) => {
    expect(() => planBlocks(jets, samples)).toThrow(new UsageError(message));
  });
});

describe('shardBlocks', () => {
  test('gives shards that follow each other and differ by one block at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer({ min: 1, max: 40 }), (blocks, count) => {
        const ranges = Array.from({ length: count }, (_, index) => shardBlocks(blocks, { index, count }));
        expect(ranges[0].first).toBe(0);
        expect(ranges.at(-1)!.end).toBe(blocks);
        ranges.slice(1).forEach((range, i) => {
          expect(range.first).toBe(ranges[i].end);
        });
        const sizes = ranges.map(({ first, end }) => end - first);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each([
    [3, 3],
    [-1, 3],
    [0, 0],
    [0.5, 2],
  ])('refuses %p/%p', (index, count) => {
    const message = `a shard is i/n with 0 ≤ i < n, not ${index}/${count}`;
    expect(() => shardBlocks(10, { index, count })).toThrow(new UsageError(message));
  });
});

test('a study counts the samples of a jet in 16 bits', () => {
  expect(() => checkStudySamples(MAX_STUDY_SAMPLES)).not.toThrow();
  expect(() => checkStudySamples(65_536)).toThrow(
    new UsageError('a study takes at most 65535 samples a jet, not 65536'),
  );
});
