/** What every reader of a file with columns delivers: names first, then the columns piece by piece. */
import { InputError } from '../errors.js';
import { columnsOf, STAGES } from '../jets/columns.js';
import type { NumericArray } from '../jets/numeric-array.js';

/** Consecutive rows of some columns. */
export interface TableBatch {
  /** Number of rows. */
  readonly rows: number;
  /** The columns asked for, each [rows]. */
  readonly columns: Readonly<Record<string, NumericArray>>;
}

export interface TableFile {
  /** All columns of numbers, in the file's order. */
  readonly columnNames: readonly string[];
  /** Those of true and false: numbers, but of no jet. */
  readonly flags?: readonly string[];
  /** Number of rows where the file says so beforehand; a damaged file may lie. */
  readonly rows: number | undefined;
  /**
   * The named columns from the first row to the last. Of a file of events these are the jets that have all of them.
   *
   * @throws InputError where the file is damaged, naming the place.
   */
  batches(columns: readonly string[]): AsyncGenerator<TableBatch>;
  /** How many jets each cut or fault took out so far, by reason; empty for formats that hold jets tables. */
  readonly dropped: Readonly<Record<string, number>>;
  /** What was assumed about the file or left out of it, a sentence each, to be said. */
  readonly notes?: readonly string[];
  /** Of pairs of detector and gen jets: gen jets that no detector jet was matched to, so far. */
  readonly gensWithoutJet?: number;
}

/** Copies `values` into `out` at `offset`, rounding to float32. */
export function copyToFloat32(out: Float32Array, values: NumericArray, offset: number): void {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let row = 0; row < values.length; row++) out[offset + row] = Number(values[row]);
  } else out.set(values, offset);
}

/** @throws InputError where two columns have one name. */
export function checkUnique(file: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name) && name !== '')
      throw new InputError(file, `has two columns named "${name}"; rename one`);
    seen.add(name);
  }
}

/** The columns of tables without names, by their number: raw, reco, gen (pt, eta, phi, mass each); with 15 three flavours. */
export const UNNAMED_COLUMNS: Readonly<Record<number, readonly string[]>> = {
  12: STAGES.flatMap(columnsOf),
  15: [...STAGES.flatMap(columnsOf), 'partonFlav', 'hadronFlav', 'physFlav'],
};

/** What is said where columns have no names. */
export function assumed(names: readonly string[]): string {
  return `has no names: columns are taken as ${names.join(', ')}`;
}
