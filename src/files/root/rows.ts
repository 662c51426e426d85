/** Columns of chosen jets, gathered from lists of all jets. */
import type { NumericArray } from '../../jets/numeric-array.js';
import type { TableBatch } from '../table-file.js';

export interface Rows {
  /** A float32 column: element `places[row]` of `values` for each row; nothing where `name` is undefined. */
  fill(name: string | undefined, places: Int32Array, values: NumericArray): void;
  /** The same in the type that the values have. */
  take(name: string, places: Int32Array, values: NumericArray): void;
  /** A column that is there already, [rows]. */
  set(name: string, column: NumericArray): void;
  batch(): TableBatch;
}

export function createRows(rows: number): Rows {
  const columns: Record<string, NumericArray> = {};
  return {
    fill(name, places, values) {
      if (name === undefined) return;
      const column = new Float32Array(rows);
      for (let row = 0; row < rows; row++) column[row] = Number(values[places[row]!]);
      columns[name] = column;
    },
    take(name, places, values) {
      const column = new (values.constructor as new (length: number) => NumericArray)(rows);
      for (let row = 0; row < rows; row++) column[row] = values[places[row]!]!;
      columns[name] = column;
    },
    set(name, column) {
      columns[name] = column;
    },
    batch: () => ({ rows, columns }),
  };
}
