/**
 * How a job is cut: blocks of jets, each with all samples of its jets, and shards of consecutive blocks.
 *
 * The boundaries follow from the number of jets and samples of the whole job and from nothing else, so that every
 * way of running it (any threads, any shard, resumed or not) makes the same blocks.
 */
import { UsageError } from '../errors.js';

/** Jets of a block at most: its spectra count in 16 bits. */
export const MAX_JETS_PER_BLOCK = 65_532;
/** Jets of a table at most: the first counter word of the random generator. */
const MAX_JETS = 2 ** 32;
/** Samples a jet at most, of a study: ranks are kept in 16 bits. */
export const MAX_STUDY_SAMPLES = 65_535;
/** Samples a jet at most: one jet's predictions are in memory together. */
export const MAX_SAMPLES = 2 ** 24;

/** A block is some hundred milliseconds of work at least, so that its file and its start cost nothing. */
const LEAST_PREDICTIONS = 2 ** 18;
/** … and some ten seconds at most, so that a killed run loses little and an interrupted one ends soon. */
const MOST_PREDICTIONS = 2 ** 24;
/** Between the two a job has about so many blocks. */
const USUAL_BLOCKS = 256;

/** Predictions made together: what fits the second-level cache with tau and results. */
const GROUP_PREDICTIONS = 4096;
/** Engines take jets by so many at a time: groups are multiples of it, unless even four jets are too much to hold. */
const JETS_TOGETHER = 4;
const MOST_TOGETHER = 2 ** 20;

export interface Plan {
  /** Number of jets of the whole job. */
  readonly jets: number;
  /** Samples a jet. */
  readonly samples: number;
  /** Jets of every block but the last, which may have fewer. */
  readonly jetsPerBlock: number;
  readonly blocks: number;
  /** Jets that the engine is given at once. */
  readonly jetsPerGroup: number;
}

/** Blocks [first, end) of a plan. */
export interface BlockRange {
  readonly first: number;
  readonly end: number;
}

/** One of `count` consecutive ranges, 0 ≤ index < count. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * The blocks of a job.
 *
 * @throws UsageError where there are no jets, no samples, or more than the counters can hold.
 * @example planBlocks(20_000, 1000) // { jetsPerBlock: 260, blocks: 77, … }
 */
export function planBlocks(jets: number, samples: number): Plan {
  if (!Number.isInteger(jets) || jets < 1 || jets > MAX_JETS)
    throw new UsageError(`a job has 1 to ${MAX_JETS} jets, not ${jets}`);
  if (!Number.isInteger(samples) || samples < 1 || samples > MAX_SAMPLES)
    throw new UsageError(`--samples must be a whole number from 1 to ${MAX_SAMPLES}, not ${samples}`);
  const predictions = Math.min(
    Math.max((jets * samples) / USUAL_BLOCKS, LEAST_PREDICTIONS),
    MOST_PREDICTIONS,
  );
  const jetsPerBlock = Math.min(together(predictions / samples), MAX_JETS_PER_BLOCK, jets);
  const group = JETS_TOGETHER * samples > MOST_TOGETHER ? 1 : together(GROUP_PREDICTIONS / samples);
  return {
    jets,
    samples,
    jetsPerBlock,
    blocks: Math.ceil(jets / jetsPerBlock),
    jetsPerGroup: Math.min(group, jetsPerBlock),
  };
}

/** The next lower multiple of {@link JETS_TOGETHER}, and that number itself at least. */
function together(jets: number): number {
  return Math.max(Math.floor(jets / JETS_TOGETHER), 1) * JETS_TOGETHER;
}

/** @throws UsageError where a study's ranks would not fit their 16 bits. */
export function checkStudySamples(samples: number): void {
  if (samples > MAX_STUDY_SAMPLES)
    throw new UsageError(`a study takes at most ${MAX_STUDY_SAMPLES} samples a jet, not ${samples}`);
}

/** The jets of one block: index of the first and how many. */
export function blockJets(plan: Plan, block: number): { firstJet: number; jetCount: number } {
  const firstJet = block * plan.jetsPerBlock;
  return { firstJet, jetCount: Math.min(plan.jetsPerBlock, plan.jets - firstJet) };
}

/** The blocks of one shard: as even as whole blocks allow; empty where there are more shards than blocks. */
export function shardBlocks(blocks: number, shard: Shard | undefined): BlockRange {
  if (!shard) return { first: 0, end: blocks };
  const { index, count } = shard;
  if (!Number.isInteger(count) || !Number.isInteger(index) || index < 0 || index >= count)
    throw new UsageError(`a shard is i/n with 0 ≤ i < n, not ${index}/${count}`);
  return { first: boundary(blocks, index, count), end: boundary(blocks, index + 1, count) };
}

/** floor(blocks · index / count), exact also where the product leaves 2^53. */
function boundary(blocks: number, index: number, count: number): number {
  return Number((BigInt(blocks) * BigInt(index)) / BigInt(count));
}
