/**
 * A float32 as text, with the fewest significant digits that give it back; at least as short as numpy's.
 *
 * Nine digits always do. Six to nine are tried: m / 10^k with whole m and k ≤ 22 is the double nearest to that decimal,
 * so that rounding it to float32 is what a reader of the text will do.
 */
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

/** Writes `value` as ASCII from `at` on; returns the place behind it. */
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
