/** Tables of apache-arrow in memory: their columns as numbers, and columns as such a table. */
import { type Data, DataType, Table, Type } from 'apache-arrow';
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { TableMetadata, TableSchema } from '../table-encoding.js';
import { arrowSchema, recordBatch } from './write-arrow.js';

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

/** Whether columns of this type can be read; of a dictionary its values, as doubles. */
export function isNumeric(type: DataType): boolean {
  if (DataType.isDictionary(type))
    return (
      DataType.isFloat(type.dictionary) || (DataType.isInt(type.dictionary) && type.dictionary.bitWidth < 64)
    );
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type);
}

/**
 * The numbers of one piece of a column. A missing one is NaN, as pandas writes NaN; a column of whole numbers that lacks some
 * becomes one of doubles.
 *
 * @param name of the file or table, for messages.
 * @param data of a numeric type.
 * @param rows numbers that there must be.
 * @param place of the piece, for messages.
 * @throws InputError where a value of 64 bits is missing, which a double may round; Error where the piece is damaged.
 */
export function columnNumbers(
  name: string,
  data: Data | undefined,
  rows: number,
  place: string,
): NumericArray {
  const stored = data?.values as NumericArray | Uint16Array | undefined;
  if (data === undefined || stored === undefined || data.length !== rows) {
    throw new Error(`${place} is not there`);
  }
  const needed = data.typeId === Type.Bool ? Math.ceil(rows / 8) : rows;
  if (stored.length < needed) throw new Error(`${place} has ${stored.length} of ${needed} values`);
  const numbers = data.dictionary ? lookedUp(data, rows) : unpackedNumbers(data, stored, rows);
  if (data.nullCount <= 0) return numbers;
  const isFloat = numbers instanceof Float32Array || numbers instanceof Float64Array;
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array) {
    let row = 0;
    while (row < rows && data.getValid(row)) row++;
    throw new InputError(name, `has no number in ${place}, ${row} rows into it (missing); drop such rows`);
  }
  const out = isFloat ? numbers.slice() : Float64Array.from(numbers);
  for (let row = 0; row < rows; row++) if (!data.getValid(row)) out[row] = Number.NaN;
  return out;
}

/** @throws Error where a row refers to no value. */
function lookedUp(data: Data, rows: number): Float64Array {
  const values = Float64Array.from(data.dictionary!, (value: number | null) => value ?? Number.NaN);
  const indices = data.values as Int32Array;
  return Float64Array.from({ length: rows }, (_, row) => {
    const value = values[indices[row]!];
    if (value === undefined && data.getValid(row))
      throw new Error('it refers to a value that its dictionary lacks');
    return value ?? Number.NaN;
  });
}

function unpackedNumbers(data: Data, stored: NumericArray | Uint16Array, rows: number): NumericArray {
  if (data.typeId === Type.Bool) {
    return Uint8Array.from({ length: rows }, (_, row) => {
      const bit = row + data.offset;
      return (Number(stored[bit >> 3]) >> (bit & 7)) & 1;
    });
  }
  // Precision 0 is half, in Arrow's schema.
  const half = data.typeId === Type.Float && (data.type as unknown as { precision: number }).precision === 0;
  if (half) return Float32Array.from(stored.subarray(0, rows) as Uint16Array, halfToNumber);
  return stored.subarray(0, rows);
}

/** IEEE 754 binary16 as a number. */
function halfToNumber(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
