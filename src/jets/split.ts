/** Train, validation and test by a hash of the jet index: the same jet is always on the same side. */
import { philox4x32, philoxKey, STREAM } from '../stats/philox.js';

/** Shares of the three parts; they add to 1. */
export const SPLIT_SHARES = {
  /** What the network learns from. */
  train: 0.7,
  /** What decides which epoch is kept. */
  validation: 0.1,
  /** What studies and figures are made of; training never sees it. */
  test: 0.2,
} as const;
/** A part of a table, by the name of its share. */
export type SplitPart = keyof typeof SPLIT_SHARES;

/** The seed of the split of the shipped models. */
export const SPLIT_SEED = 1;

/**
 * Which part a jet belongs to: Philox of its index in the input table, under the split's seed, against the shares.
 *
 * @param jetIndex row in the input table, from 0.
 * @param seed of the split; that of the shipped models unless given.
 * @throws RangeError where the seed is no integer in [0, 2^53).
 */
export function splitPart(jetIndex: number, seed = SPLIT_SEED): SplitPart {
  const [key0, key1] = philoxKey(seed);
  philox4x32(words, jetIndex, 0, 0, STREAM.split, key0, key1);
  const u = words[0]! / 2 ** 32;
  if (u < SPLIT_SHARES.train) return 'train';
  return u < SPLIT_SHARES.train + SPLIT_SHARES.validation ? 'validation' : 'test';
}

const words = new Uint32Array(4);

/**
 * The jets of one part of a table.
 *
 * @param rows of the table.
 * @param part which.
 * @param seed of the split; that of the shipped models unless given.
 * @returns their rows, ascending.
 * @throws RangeError where the seed is no integer in [0, 2^53).
 */
export function splitIndices(rows: number, part: SplitPart, seed = SPLIT_SEED): Uint32Array {
  const indices = new Uint32Array(rows);
  let count = 0;
  for (let jet = 0; jet < rows; jet++) if (splitPart(jet, seed) === part) indices[count++] = jet;
  return indices.slice(0, count);
}
