/** Train, validation and test by a hash of the jet index: the same jet is always on the same side. */
import { philox4x32, philoxKey } from '../random/philox.js';
import { STREAM } from '../random/stream.js';

/** Shares of the three parts; they add to 1. */
export const SPLIT_SHARES = { train: 0.7, validation: 0.1, test: 0.2 } as const;
export type SplitPart = keyof typeof SPLIT_SHARES;

/** The seed of the split of the shipped models. */
export const SPLIT_SEED = 1;

/** Which part a jet belongs to: Philox of its index in the input table, under the split's seed, against the shares. */
export function splitPart(jetIndex: number, seed = SPLIT_SEED): SplitPart {
  const [key0, key1] = philoxKey(seed);
  philox4x32(words, jetIndex, 0, 0, STREAM.split, key0, key1);
  const u = words[0]! / 2 ** 32;
  if (u < SPLIT_SHARES.train) return 'train';
  return u < SPLIT_SHARES.train + SPLIT_SHARES.validation ? 'validation' : 'test';
}

const words = new Uint32Array(4);

/** Indices of the jets of one part, ascending, of a table of `rows` jets. */
export function splitIndices(rows: number, part: SplitPart, seed = SPLIT_SEED): Uint32Array {
  const indices = new Uint32Array(rows);
  let count = 0;
  for (let jet = 0; jet < rows; jet++) if (splitPart(jet, seed) === part) indices[count++] = jet;
  return indices.slice(0, count);
}
