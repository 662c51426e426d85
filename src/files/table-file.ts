/** What every reader of a file with columns delivers, and what it may be asked for. */
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

/** Working points of NanoAOD's Jet_jetId, and the bit that says a jet passes. */
export const JET_IDS = { loose: 1, tight: 2, tightLepVeto: 4 } as const;
export type JetId = keyof typeof JET_IDS;

/** What to take from files that hold more than one table of jets. */
export interface JetOptions {
  /** Which detector jets of NanoAOD or Delphes: "Jet" (default), "FatJet"; the gen jets are those that belong to them. */
  readonly collection?: string | undefined;
  /** The working point that each NanoAOD jet must pass; default: none. */
  readonly jetId?: JetId | undefined;
  /**
   * A detector jet and a gen jet are a pair below this distance in eta and phi, nearest pairs first, each jet once; true: half
   * the jets' radius, as JME asks. Default: the pairs that the NanoAOD itself has; for Delphes, which has none, true.
   */
  readonly maxDeltaR?: number | true | undefined;
}

/** As they are on the command line. */
const FLAGS = { jetId: '--jet-id', collection: '--collection', maxDeltaR: '--max-delta-r' } as const;

/**
 * A cut that was asked for and not made must not go unsaid.
 *
 * @throws InputError where an option is given that is none of `known`.
 */
export function refuseOptions(
  file: string,
  options: JetOptions,
  known: readonly (keyof JetOptions)[] = [],
): void {
  for (const option of ['jetId', 'collection', 'maxDeltaR'] as const)
    if (options[option] !== undefined && !known.includes(option))
      throw new InputError(
        file,
        `${FLAGS[option]} does not apply to it; leave the option out, or convert the file by itself`,
      );
}

/** @throws InputError where two columns have one name. */
export function checkUnique(file: string, names: readonly string[]): void {
  const twice = names.find((name, place) => name !== '' && names.indexOf(name) !== place);
  if (twice !== undefined) throw new InputError(file, `has two columns named "${twice}"; rename one`);
}

/**
 * What is said of jets in columns of records, `gen` with fields pt, eta … in place of gen_pt, gen_eta ….
 *
 * @param names of the columns that are records.
 */
export function recordStages(names: readonly string[]): string[] {
  return STAGES.filter((stage) => names.includes(stage)).map(
    (stage) =>
      `its ${stage} jets are records, which are not read; write ${columnsOf(stage).join(', ')} as columns`,
  );
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
