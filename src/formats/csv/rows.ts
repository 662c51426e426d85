/**
 * Lines of a text table → numbers, straight from the bytes.
 *
 * Up to 15 digits and a power of ten within 10^±22 make a correctly rounded double in one operation (Clinger, "How to
 * read floating point numbers accurately", PLDI 1990). Everything else goes through Number(), except in columns that
 * become float32: there up to 19 digits do, where the float32 is beyond doubt.
 */
import { InputError } from '../../errors.js';
import { columnsOf, STAGES } from '../../jets/columns.js';
import type { TableBatch } from '../table-file.js';

/** Rows a batch: 12 columns of doubles stay inside the second-level cache of a core or two. */
const BATCH_ROWS = 16_384;
const LINE_FEED = 10;
const RETURN = 13;
const BLANK = 32;
const QUOTE = 34;
const HASH = 35;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** A decimal number as a whole field; 0x10 and the like are none. */
export const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** 10^0 … 10^22: the powers of ten that doubles hold exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** How a text table is laid out. */
export interface Layout {
  readonly names: readonly string[];
  /** The byte between two fields; a blank stands for any number of them. */
  readonly delimiter: number;
  /** Lines before the first row. */
  readonly headerLines: number;
}

/** A function from whole lines to batches, which counts lines and rows over all of its calls. */
export function createRowParser(
  name: string,
  { names, delimiter, headerLines }: Layout,
  columns: readonly string[],
): (lines: Uint8Array) => Generator<TableBatch> {
  const outputs = columns.map(() => new Float64Array(BATCH_ROWS));
  /** The output of each column of the file; -1 where it is not asked for. */
  const slots = names.map((column) => columns.indexOf(column));
  /** Columns that become float32: a double that is off by a few units in the last place does for them. */
  const toFloat32 = columns.map((column) => JET_COLUMNS.has(column));
  const fieldCount = names.length;
  const blanks = delimiter === BLANK;
  let line = 0;
  let rowsBefore = 0;
  let row = 0;

  function fault(problem: string): InputError {
    return new InputError(name, `row ${rowsBefore + row} (line ${line}): ${problem}`);
  }

  /** The number written in bytes [start, end), by way of Number(). */
  function slowNumber(bytes: Uint8Array, start: number, end: number, field: number): number {
    const text = new TextDecoder()
      .decode(bytes.subarray(start, end))
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim();
    if (/^[-+]?nan$/i.test(text)) return Number.NaN;
    if (/^[-+]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
    if (DECIMAL.test(text)) return Number(text);
    throw fault(
      text === ''
        ? `column "${names[field]}" is empty`
        : `column "${names[field]}": "${text.slice(0, 40)}" is not a number`,
    );
  }

  function take(): TableBatch {
    const batch = {
      rows: row,
      columns: Object.fromEntries(columns.map((column, slot) => [column, outputs[slot]!.slice(0, row)])),
    };
    rowsBefore += row;
    row = 0;
    return batch;
  }

  return function* parse(bytes) {
    const size = bytes.length;
    let at = 0;
    while (at < size) {
      line++;
      if (line <= headerLines || bytes[at] === HASH) {
        at = bytes.indexOf(LINE_FEED, at) + 1;
        continue;
      }
      if (blanks) while (bytes[at] === BLANK) at++;
      if (bytes[at] === LINE_FEED || (bytes[at] === RETURN && bytes[at + 1] === LINE_FEED)) {
        at = bytes.indexOf(LINE_FEED, at) + 1;
        continue;
      }
      for (let field = 0; field < fieldCount; field++) {
        const start = at;
        const slot = slots[field]!;
        let byte = bytes[at]!;
        if (slot < 0) {
          if (byte === QUOTE) {
            at++;
            while (at < size && bytes[at] !== QUOTE && bytes[at] !== LINE_FEED) at++;
            byte = bytes[at]!;
          }
          while (byte !== delimiter && byte !== LINE_FEED) byte = bytes[++at]!;
        } else {
          const negative = byte === MINUS;
          const signed = negative || byte === PLUS;
          if (signed) byte = bytes[++at]!;
          let mantissa = 0;
          let digits = 0;
          let power = 0;
          while (byte >= ZERO && byte <= NINE) {
            mantissa = mantissa * 10 + (byte - ZERO);
            if (mantissa > 0) digits++;
            byte = bytes[++at]!;
          }
          let any = at > start + (signed ? 1 : 0);
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
          let value = Number.NaN;
          if (
            any &&
            digits <= (toFloat32[slot] ? 19 : 15) &&
            power >= -22 &&
            power <= 22 &&
            (byte === delimiter || byte === LINE_FEED || byte === RETURN)
          ) {
            value = power < 0 ? mantissa / POWERS_OF_TEN[-power]! : mantissa * POWERS_OF_TEN[power]!;
            if (negative) value = -value;
            if (digits > 15 && !sameFloat32(value)) value = Number.NaN;
          }
          if (Number.isNaN(value)) {
            while (byte !== delimiter && byte !== LINE_FEED) byte = bytes[++at]!;
            value = slowNumber(bytes, start, at, field);
          }
          outputs[slot]![row] = value;
        }
        if (blanks) while (byte === BLANK) byte = bytes[++at]!;
        else if (byte === delimiter) at++;
        if (byte === RETURN) byte = bytes[++at]!;
        if (field + 1 === fieldCount ? byte !== LINE_FEED : byte === LINE_FEED) {
          throw fault(
            `has ${field + 1 === fieldCount ? 'more' : 'fewer'} fields than the ${fieldCount} columns`,
          );
        }
      }
      at++;
      if (++row === BATCH_ROWS) yield take();
    }
    if (row > 0) yield take();
  };
}

const JET_COLUMNS: ReadonlySet<string> = new Set(STAGES.flatMap(columnsOf));

/**
 * Up to 19 digits add up to a mantissa with an error below 2^-50, and the scaling adds one below 2^-52: true where all
 * doubles so near to `value` round to the same float32.
 */
function sameFloat32(value: number): boolean {
  return Math.fround(value * (1 + 2 ** -48)) === Math.fround(value * (1 - 2 ** -48));
}
