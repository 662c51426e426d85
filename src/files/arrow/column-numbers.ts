/** The numbers of one piece of an Arrow column, whatever numeric type it has. */
import { type Data, type DataType, Type } from 'apache-arrow';
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import { halfToNumber } from '../half.js';

/** Whether columns of this type can be read. */
export function isNumeric(type: DataType): boolean {
  return type.typeId === Type.Int || type.typeId === Type.Float || type.typeId === Type.Bool;
}

/**
 * @param name of the file or table, for messages.
 * @param data of a numeric type.
 * @param rows numbers that there must be.
 * @param place of the piece, for messages.
 * @throws InputError where a value is missing; Error where the piece itself is damaged.
 */
export function columnNumbers(
  name: string,
  data: Data | undefined,
  rows: number,
  place: string,
): NumericArray {
  const values = data?.values as NumericArray | Uint16Array | undefined;
  if (data === undefined || values === undefined || data.length !== rows) {
    throw new Error(`${place} is not there`);
  }
  const needed = data.typeId === Type.Bool ? Math.ceil(rows / 8) : rows;
  if (values.length < needed) throw new Error(`${place} has ${values.length} of ${needed} values`);
  if (data.nullCount > 0) {
    let row = 0;
    while (row < rows && data.getValid(row)) row++;
    throw new InputError(
      name,
      `has no number in ${place}, ${row} rows into it (missing value); drop such rows`,
    );
  }
  if (data.typeId === Type.Bool) {
    const bits = values as Uint8Array;
    return Uint8Array.from({ length: rows }, (_, row) => {
      const bit = row + data.offset;
      return (bits[bit >> 3]! >> (bit & 7)) & 1;
    });
  }
  if (isHalf(data.type)) return Float32Array.from(values.subarray(0, rows) as Uint16Array, halfToNumber);
  return values.subarray(0, rows);
}

/** Precision 0 is half, in Arrow's schema. */
function isHalf(type: DataType): boolean {
  return type.typeId === Type.Float && (type as unknown as { precision: number }).precision === 0;
}
