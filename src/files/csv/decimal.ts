/**
 * A field's bytes → a number, in one operation.
 *
 * Up to 15 digits and a power of ten within 10^±22 make a correctly rounded double so (Clinger, "How to read floating
 * point numbers accurately", PLDI 1990). In columns that become float32 up to 19 digits do, where the float32 is beyond
 * doubt.
 */
const RETURN = 13;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** A decimal number as a whole field; 0x10 and the like are none. */
export const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** 10^0 … 10^22: the powers of ten that doubles hold exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/**
 * The number written in bytes [start, end); NaN where it takes more than one operation, or is none.
 *
 * @param toFloat32 whether only the float32 next to it is asked for.
 */
export function numberOfBytes(bytes: Uint8Array, start: number, end: number, toFloat32: boolean): number {
  const value = scaledNumber(bytes, start, end, toFloat32 ? 19 : 15);
  return toFloat32 && !sameFloat32(value) ? Number.NaN : value;
}

/**
 * A decimal with at most `mostDigits` digits and a power of ten within 10^±22, in one operation; NaN for anything else.
 *
 * A carriage return may stand at its end.
 */
function scaledNumber(bytes: Uint8Array, start: number, end: number, mostDigits: number): number {
  let at = start;
  let byte = bytes[at]!;
  const negative = byte === MINUS;
  if (negative || byte === PLUS) byte = bytes[++at]!;
  const first = at;
  let mantissa = 0;
  let digits = 0;
  let power = 0;
  while (byte >= ZERO && byte <= NINE) {
    mantissa = mantissa * 10 + (byte - ZERO);
    if (mantissa > 0) digits++;
    byte = bytes[++at]!;
  }
  let any = at > first;
  if (byte === POINT) {
    const point = at;
    byte = bytes[++at]!;
    while (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      if (mantissa > 0) digits++;
      byte = bytes[++at]!;
    }
    power = point + 1 - at;
    any = any || power < 0;
  }
  if (any && (byte === 101 || byte === 69)) {
    byte = bytes[++at]!;
    const down = byte === MINUS;
    if (down || byte === PLUS) byte = bytes[++at]!;
    let exponent = 0;
    any = byte >= ZERO && byte <= NINE;
    while (byte >= ZERO && byte <= NINE) {
      exponent = exponent * 10 + (byte - ZERO);
      byte = bytes[++at]!;
    }
    power += down ? -exponent : exponent;
  }
  if (byte === RETURN && at + 1 === end) at++;
  if (!any || at !== end || digits > mostDigits || power < -22 || power > 22) return Number.NaN;
  const size = power < 0 ? mantissa / POWERS_OF_TEN[-power]! : mantissa * POWERS_OF_TEN[power]!;
  return negative ? -size : size;
}

/**
 * Up to 19 digits add up to a mantissa with an error below 2^-50, and the scaling adds one below 2^-52: true where all
 * doubles so near to `value` round to the same float32.
 */
function sameFloat32(value: number): boolean {
  return Math.fround(value * (1 + 2 ** -48)) === Math.fround(value * (1 - 2 ** -48));
}
