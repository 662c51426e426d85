/** The jets table: named float32 columns of one length, as every reader delivers it. */

import { checkArgument, described } from '../arguments.js';
import { UsageError } from '../errors.js';
import type { ColumnName } from './columns.js';
import { gather, type NumericArray } from './numeric-array.js';

/** Jets in memory. */
export interface JetsTable {
  /** Number of jets. */
  readonly rows: number;
  /**
   * Columns by name, each [rows]. The names of columns.ts where the file has them; further numeric
   * columns (pile-up density, flavour, a weight) only where the reader was asked for them.
   */
  readonly columns: Readonly<Partial<Record<ColumnName, Float32Array>>> &
    Readonly<Record<string, Float32Array | undefined>>;
  /** Columns that are passed on to the output, by name, each [rows], in the types that the file has. */
  readonly kept?: Readonly<Record<string, NumericArray>>;
  /** The events that random numbers follow, by `eventKeys`; absent where they follow the row. */
  readonly key?: readonly Uint32Array[];
  /** Where the jets came from. */
  readonly source: JetsSource;
}

/** Where a table came from. */
export interface JetsSource {
  /** The file's name as given, for messages and reports. */
  readonly name: string;
  /** sha256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** Which part of the file the jets are, where they are not its first ones. */
  readonly part?: JetsPart;
  /** Which of several lists of jets was taken, and how pairs were made, where that was asked for. */
  readonly selection?: {
    /** The list's name. */
    readonly collection?: string;
    /** The largest distance of a pair; true stands for half of the jets' radius. */
    readonly maxDeltaR?: number | true;
  };
  /** Jets of the file that are not in the table, by reason; absent where there are none. */
  readonly dropped?: Readonly<Record<string, number>>;
  /** What random numbers follow: `row`, or the names of columns that say a jet's event and its index there. */
  readonly key?: string;
  /** Jets with the same key as another one, and so with its random numbers; absent where there are none. */
  readonly repeated?: number;
  /** Inputs of a model that jets lack, by column; absent where none lacks any. */
  readonly assumed?: Readonly<Record<string, AssumedInput>>;
}

/** What stands in for an input that jets lack. */
export interface AssumedInput {
  /** The value that is taken: that of the model's training jets. */
  readonly median: number;
  /** Jets that lack it. */
  readonly jets: number;
}

/** A part of a file, as training parts it. */
export interface JetsPart {
  /** Which. */
  readonly name: 'train' | 'validation' | 'test';
  /** Seed of the split. */
  readonly seed: number;
}

/**
 * The first jets of a table, as views: nothing is copied.
 *
 * @param table of any length.
 * @param limit jets at most.
 */
export function firstJets(table: JetsTable, limit: number): JetsTable {
  checkArgument('jets', table, 'table');
  if (!(limit >= 1)) throw new UsageError(`limit takes a number from 1 on, not ${described(limit)}`);
  if (limit >= table.rows) return table;
  return withColumns(table, limit, (column) => column.subarray(0, limit) as typeof column);
}

/**
 * Some jets of a table, copied.
 *
 * @param table of any length.
 * @param rows which, in the order wanted.
 */
export function jetsAt(table: JetsTable, rows: Uint32Array): JetsTable {
  return withColumns(table, rows.length, (column) => gather(column, rows));
}

function withColumns(
  { columns, kept, key, source }: JetsTable,
  rows: number,
  change: <Column extends NumericArray>(column: Column) => Column,
): JetsTable {
  const changed = <Column extends NumericArray>(all: Readonly<Record<string, Column | undefined>>) =>
    Object.fromEntries(Object.entries(all).map(([name, column]) => [name, change(column!)]));
  return {
    rows,
    columns: changed(columns),
    ...(kept && { kept: changed(kept) }),
    ...(key && { key: key.map(change) }),
    source,
  };
}
