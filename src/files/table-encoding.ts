/**
 * What a writer of tables must be able to say, without a file: the bytes before the first rows, the bytes of some rows,
 * and the bytes after the last ones. Rows can so be packed in a worker and put into the file by another thread.
 */
import { COLUMN_TYPES, type ColumnType, type NumericArray, typeOf } from '../jets/numeric-array.js';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** Each row holds a list of this many numbers; their column is [rows · listLength], row after row. */
  readonly listLength?: number;
  /** "GeV", "rad"; left out where there is none. */
  readonly unit?: string;
}
export type TableSchema = readonly ColumnSpec[];

/** What stands in the file beside the columns: the bundle's sha256, the seed, the version. */
export type TableMetadata = Readonly<Record<string, string>>;

/** Some rows, packed. Survives being posted to another thread. */
export interface EncodedRows {
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** What the end of the file must know of these rows; the encoding's own business. */
  readonly note: unknown;
}

/** Where in the file some rows ended up. */
export interface PlacedRows {
  readonly rows: number;
  readonly note: unknown;
  /** Position of their first byte in the file. */
  readonly offset: number;
}

export interface TableEncoding {
  readonly schema: TableSchema;
  /** The bytes before the first rows. */
  head(): Uint8Array;
  /**
   * Packs rows; the same columns give the same bytes, in any thread.
   *
   * @param columns one of the declared type for each column of the schema, all of the same number of rows.
   */
  encode(columns: Readonly<Record<string, NumericArray>>): EncodedRows;
  /** The bytes after the last rows. */
  tail(parts: readonly PlacedRows[]): Uint8Array;
  /** The head again where it must tell the number of rows: as long as {@link head}'s. */
  finalHead?(rows: number): Uint8Array;
}

/**
 * Number of rows of `columns`.
 *
 * @throws TypeError where a column is missing, of another type, or of another length.
 */
export function rowsOf(schema: TableSchema, columns: Readonly<Record<string, NumericArray>>): number {
  let rows: number | undefined;
  for (const { name, type, listLength = 1 } of schema) {
    const column = columns[name];
    if (column?.constructor.name !== COLUMN_TYPES[type].name) {
      throw new TypeError(`column "${name}" must be a ${COLUMN_TYPES[type].name}`);
    }
    rows ??= column.length / listLength;
    if (column.length !== rows * listLength || !Number.isInteger(rows)) {
      throw new TypeError(`column "${name}" has ${column.length} values, not ${rows} rows of ${listLength}`);
    }
  }
  return rows ?? 0;
}

/** Columns as they are, without units. */
export function schemaOf(columns: Readonly<Record<string, NumericArray>>): TableSchema {
  return Object.entries(columns).map(([name, values]) => ({ name, type: typeOf(values) }));
}

/** Units as one JSON object {column: unit}, for formats whose columns cannot carry their own. */
export function unitsOf(schema: TableSchema): string {
  return JSON.stringify(Object.fromEntries(schema.flatMap(({ name, unit }) => (unit ? [[name, unit]] : []))));
}
