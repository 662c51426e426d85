/** Tables of apache-arrow in memory: their columns as numbers, and columns as such a table. */
import { type Data, Table } from 'apache-arrow';
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { TableMetadata, TableSchema } from '../table-encoding.js';
import { columnNumbers, isNumeric } from './column-numbers.js';
import { arrowSchema, recordBatch } from './record-batch.js';

/** As much of an Arrow table as is read: the `Table` of apache-arrow, of whatever version, has it. */
export interface ArrowTable {
  /** Number of rows. */
  readonly numRows: number;
  /**
   * A column.
   *
   * @param name of it.
   * @returns null where there is none of that name.
   */
  getChild(name: string): ArrowColumn | null;
}

/** A column of an {@link ArrowTable}. */
export interface ArrowColumn {
  /** Its pieces, one a record batch. */
  readonly data: readonly unknown[];
}

/** What errors call a table that came from no file. */
export const NAME = 'the Arrow table';

/**
 * A column as float32, copied.
 *
 * @throws InputError where the column or one of its values is missing, or it holds no numbers.
 */
export function floatColumn(table: ArrowTable, name: string): Float32Array {
  const pieces = table.getChild(name)?.data as readonly Data[] | undefined;
  if (pieces === undefined) throw new InputError(NAME, `has no column "${name}"`);
  const column = new Float32Array(table.numRows);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (!isNumeric(piece.type))
      throw new InputError(NAME, `column "${name}" holds ${piece.type}, not numbers`);
    const values = columnNumbers(NAME, piece, piece.length, `column "${name}" of record batch ${index}`);
    for (let row = 0; row < values.length; row++) column[at + row] = Number(values[row]);
    at += values.length;
  }
  return column;
}

/** Columns as a table, in memory as they are: nothing is copied. */
export function tableOf(
  schema: TableSchema,
  columns: Readonly<Record<string, NumericArray>>,
  metadata: TableMetadata,
): Table {
  const ofArrow = arrowSchema(schema, metadata);
  return new Table(ofArrow, [recordBatch(ofArrow, schema, columns)]);
}
