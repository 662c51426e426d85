/** CSV out: a line of names, then rows. float32 is written with the fewest digits (up to 9) that read back the same. */
import type { NumericArray } from '../jets/numeric-array.js';
import { rowsOf, type TableEncoding, type TableSchema } from './table-encoding.js';

const LINE_FEED = 10;
const COMMA = 44;
/** The longest number that is written: a double such as -2.2250738585072014e-308. */
const LONGEST = 24;
const ZERO = 48;
const MINUS = 45;
const POINT = 46;

/** 10^0 … 10^22: the powers of ten that doubles hold exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const FEWEST_DIGITS = 6;
const MOST_DIGITS = 9;
/** Numbers that are written from whole numbers below 10^9, without an exponent. */
const SMALLEST = 1e-4;
const LARGEST = 1e6;

export function csvEncoding(schema: TableSchema): TableEncoding {
  const names = schema.flatMap(({ name, listLength }) =>
    listLength === undefined ? [name] : Array.from({ length: listLength }, (_, index) => `${name}_${index}`),
  );
  return {
    schema,
    head: () => new TextEncoder().encode(`${names.map(quoted).join(',')}\n`),
    encode(columns) {
      const rows = rowsOf(schema, columns);
      const fields = schema.map(({ name, type, listLength = 1 }) => ({
        values: columns[name]!,
        listLength,
        write: type === 'float32' ? writeFloat32 : writeNumber,
      }));
      const bytes = new Uint8Array(rows * names.length * (LONGEST + 1));
      let at = 0;
      for (let row = 0; row < rows; row++) {
        for (const { values, listLength, write } of fields) {
          for (let index = row * listLength; index < (row + 1) * listLength; index++) {
            at = write(bytes, at, values[index] as number);
            bytes[at++] = COMMA;
          }
        }
        bytes[at - 1] = LINE_FEED;
      }
      return { rows, bytes: bytes.slice(0, at), note: undefined };
    },
    tail: () => new Uint8Array(0),
  };
}

/** An integer, or a double, as JavaScript writes it; returns the place behind it. */
function writeNumber(bytes: Uint8Array, at: number, value: NumericArray[number]): number {
  return writeText(bytes, at, String(value));
}

function quoted(name: string): string {
  return /[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/**
 * Writes `value` as ASCII from `at` on, with the fewest significant digits that give it back; returns the place behind it.
 *
 * Nine digits always do. Six to nine are tried: m / 10^k with whole m and k ≤ 22 is the double nearest to that decimal,
 * so that rounding it to float32 is what a reader of the text will do.
 */
export function writeFloat32(bytes: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value);
  if (!(size >= SMALLEST && size < LARGEST)) return writeText(bytes, at, float32Text(value));
  /** Digits before the point; negative for zeros behind it: 12.3 has 2, 0.01 has -1. */
  let whole = -3;
  for (let limit = 1e-3; size >= limit; limit = POWERS_OF_TEN[whole + 3]! / 1000) whole++;
  for (let digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits++) {
    const decimals = digits - whole;
    const scale = POWERS_OF_TEN[decimals]!;
    const mantissa = Math.round(size * scale);
    if (Math.fround(mantissa / scale) !== size) continue;
    const start = value < 0 ? at + 1 : at;
    if (value < 0) bytes[at] = MINUS;
    return writeDecimal(bytes, start, mantissa, decimals);
  }
  return writeText(bytes, at, float32Text(value));
}

/** mantissa / 10^decimals, without zeros at its end. */
function writeDecimal(bytes: Uint8Array, start: number, mantissa: number, decimals: number): number {
  let [rest, places] = [mantissa, decimals];
  while (places > 0 && rest % 10 === 0) {
    rest /= 10;
    places--;
  }
  let length = Math.max(1, places + 1);
  for (let power = POWERS_OF_TEN[length]!; rest >= power; power = POWERS_OF_TEN[length]!) length++;
  let end = start + length + (places > 0 ? 1 : 0);
  const behind = end;
  for (let place = 0; place < length; place++) {
    if (place === places && places > 0) bytes[--end] = POINT;
    const next = Math.floor(rest / 10);
    bytes[--end] = ZERO + (rest - 10 * next);
    rest = next;
  }
  return behind;
}

/** The same as a string, for any number. */
export function float32Text(value: number): string {
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(MOST_DIGITS)));
}

/** ASCII text from `at` on; returns the place behind it. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}
