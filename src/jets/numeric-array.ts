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

/**
 * Elements `places[row]` of `values`, for each row.
 *
 * @param Type of the column that is made; default: that of the values.
 */
export function gather(
  values: NumericArray,
  places: Int32Array | Uint32Array,
  Type = values.constructor as new (
    length: number,
  ) => NumericArray,
): NumericArray {
  const column = new Type(places.length);
  // A number in place of a 64-bit integer only where another type is asked for.
  const whole = values instanceof BigInt64Array || values instanceof BigUint64Array;
  if (whole && !(column instanceof values.constructor))
    for (let row = 0; row < places.length; row++) column[row] = Number(values[places[row]!]);
  else for (let row = 0; row < places.length; row++) column[row] = values[places[row]!]!;
  return column;
}
