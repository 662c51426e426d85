/** Columns of numbers, in the types in which files have them. */

/** The types, by the name of the numbers in them. */
export const COLUMN_TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;
/** The name of a column's type. */
export type ColumnType = keyof typeof COLUMN_TYPES;
/** A column's numbers in the type in which the file has them. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;
type Make<Column extends NumericArray> = new (length: number) => Column;

/** The name of a column's type. */
export function typeOf(values: NumericArray): ColumnType {
  const found = Object.entries(COLUMN_TYPES).find(([, Type]) => values instanceof Type);
  return found![0] as ColumnType;
}

/** A column of its own with the same numbers, rounded to float32. */
export function toFloat32(values: NumericArray): Float32Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Float32Array.from(values, Number)
    : new Float32Array(values);
}

/** Elements `places[row]` of `values`, for each row. */
export function gather<Column extends NumericArray>(
  values: Column,
  places: Int32Array | Uint32Array,
): Column {
  const column = new (values.constructor as Make<Column>)(places.length);
  for (let row = 0; row < places.length; row++) column[row] = values[places[row]];
  return column;
}

/** Columns of one type, or bytes, one behind the other; a single one is returned as it is. */
export function joined<Column extends NumericArray>(pieces: readonly Column[]): Column {
  const [first] = pieces;
  if (pieces.length === 1) return first;
  const column = new (first.constructor as Make<Column>)(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    (column as Float64Array).set(piece as Float64Array, at);
    at += piece.length;
  }
  return column;
}
