/** Columns of which nobody knows the length beforehand, put together from batches. */
import type { NumericArray } from '../jets/numeric-array.js';

export interface GatheredColumns<Column extends NumericArray> {
  /** Copies the first `rows` rows of a batch's columns. @returns the copies. */
  add(batch: Readonly<Record<string, NumericArray>>, rows: number): Readonly<Record<string, Column>>;
  /** All rows, [rows] each; what was gathered is gone afterwards. */
  take(): Record<string, Column>;
}

/** Rows for which there is memory at a time, where the length is not known: a column of them takes half a megabyte. */
const PIECE_ROWS = 2 ** 17;

/** Columns of consecutive rows, of which the first `used` are there. */
interface Piece<Column> {
  readonly room: number;
  used: number;
  readonly columns: Record<string, Column>;
}

/**
 * @param names of the columns.
 * @param expectedRows rows for which memory is taken at once; more or fewer may come.
 * @param empty makes a column for values such as these.
 * @param copy writes values to a column from row `at` on.
 */
export function gatherColumns<Column extends NumericArray>(
  names: readonly string[],
  expectedRows: number,
  empty: (rows: number, values: NumericArray) => Column,
  copy: (column: Column, values: NumericArray, at: number) => void,
): GatheredColumns<Column> {
  const pieces: Piece<Column>[] = [];
  return {
    add(batch, rows) {
      let piece = pieces.at(-1);
      if (piece === undefined || piece.used + rows > piece.room) {
        const asExpected = piece === undefined && rows <= expectedRows;
        const room = asExpected ? expectedRows : Math.max(rows, PIECE_ROWS);
        const columns = Object.fromEntries(names.map((name) => [name, empty(room, batch[name]!)]));
        piece = { room, used: 0, columns };
        pieces.push(piece);
      }
      const added: Record<string, Column> = {};
      for (const name of names) {
        const column = piece.columns[name]!;
        copy(column, batch[name]!.subarray(0, rows), piece.used);
        added[name] = column.subarray(piece.used, piece.used + rows) as Column;
      }
      piece.used += rows;
      return added;
    },
    take() {
      const all = Object.fromEntries(names.map((name) => [name, joined(pieces, name, empty)]));
      pieces.length = 0;
      return all;
    },
  };
}

/** One column of all pieces, which lose it: there are never two copies of more than one. */
function joined<Column extends NumericArray>(
  pieces: readonly Piece<Column>[],
  name: string,
  empty: (rows: number, values: NumericArray) => Column,
): Column {
  const [first] = pieces;
  if (pieces.length === 1 && first!.used === first!.room) return first!.columns[name]!;
  const rows = pieces.reduce((sum, { used }) => sum + used, 0);
  const column = empty(rows, first!.columns[name]!);
  let at = 0;
  for (const { used, columns } of pieces) {
    (column as Float64Array).set(columns[name]!.subarray(0, used) as Float64Array, at);
    at += used;
    delete columns[name];
  }
  return column;
}
