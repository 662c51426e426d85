/**
 * Train, validation and test by a hash of the jet index, or of the jet's event where the table says which: the same jet is
 * always on the same side. Jets of one event share its pile-up, so that an event belongs to one side.
 */
import { InputError } from '../errors.js';
import { philox4x32, philoxKey, STREAM } from '../stats/philox.js';
import { EVENT_KEYS } from './columns.js';
import type { JetsTable } from './table.js';

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
  return partAt(words[0]! / 2 ** 32);
}

/** @param u in [0, 1). */
function partAt(u: number): SplitPart {
  if (u < SPLIT_SHARES.train) return 'train';
  return u < SPLIT_SHARES.train + SPLIT_SHARES.validation ? 'validation' : 'test';
}

const words = new Uint32Array(4);

/** Whether a table says which event each jet is of: it was read with `keys`, and its file has run, luminosityBlock, event. */
export function hasEvents({ kept = {} }: Pick<JetsTable, 'kept'>): boolean {
  return EVENT_KEYS.every((name) => kept[name] !== undefined);
}

/**
 * Which part each jet of a table belongs to by its event: Philox with counter (run, luminosityBlock, event's low word, its
 * high word) under the split's seed gives a key, and Philox of (0, 0, 0, split) under that key the number that is
 * held against the shares. All jets of an event are of one part.
 *
 * @param table read with `keys`.
 * @param seed of the split.
 * @returns the part of the jet in a row; throws InputError where a key is no whole number.
 */
export function splitByEvent({ kept = {}, source }: JetsTable, seed: number): (row: number) => SplitPart {
  const [key0, key1] = philoxKey(seed);
  const [runs, blocks, events] = EVENT_KEYS.map((name) => kept[name]!);
  const key = (name: string, value: number | bigint, row: number): bigint => {
    if (typeof value === 'number' && !Number.isInteger(value))
      throw new InputError(source.name, `row ${row + 1}: ${name} is ${value}, not a whole number`);
    return BigInt.asUintN(64, BigInt(value));
  };
  return (row) => {
    const event = key('event', events![row]!, row);
    const block = key('luminosityBlock', blocks![row]!, row);
    const run = key('run', runs![row]!, row);
    const low = (value: bigint) => Number(value & 0xffffffffn);
    philox4x32(words, low(run), low(block), low(event), low(event >> 32n), key0, key1);
    const [ofEvent0, ofEvent1] = words as unknown as [number, number];
    philox4x32(words, 0, 0, 0, STREAM.split, ofEvent0, ofEvent1);
    return partAt(words[0]! / 2 ** 32);
  };
}

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
