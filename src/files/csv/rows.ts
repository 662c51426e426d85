/**
 * Lines of a text table → numbers, straight from the bytes.
 *
 * Short numbers are read in the loop over the fields, longer ones by decimal.ts, and what is left by Number().
 */
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { TableBatch } from '../table-file.js';
import { columnTaker, JET_COLUMNS } from './column-taker.js';
import { DECIMAL, numberOfBytes } from './decimal.js';

/** Rows a batch: 12 columns of doubles stay inside the second-level cache of a core or two. */
const BATCH_ROWS = 16_384;
const LINE_FEED = 10;
const RETURN = 13;
const BLANK = 32;
const QUOTE = 34;
const HASH = 35;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
/** Whole numbers of so many digits are signed words of 32 bits. */
const WORD_DIGITS = 9;

/** 10^0 … 10^9: as many decimals as such a number may have. */
const POWERS_OF_TEN = Float64Array.from({ length: WORD_DIGITS + 1 }, (_, power) => Number(`1e${power}`));

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
  const takers = columns.map(columnTaker);
  /** The output of each column of the file; -1 where it is not asked for. */
  const slots = Int32Array.from(names, (column) => columns.indexOf(column));
  let line = 0;
  const fields: Fields = { delimiter, slots, outputs, readField, fault };
  let rowsBefore = 0;
  let row = 0;

  function fault(problem: string): InputError {
    return new InputError(name, `row ${rowsBefore + row} (line ${line}): ${problem}`);
  }

  /** The field at `start` in full generality, into its output; returns the place behind it. */
  function readField(bytes: Uint8Array, start: number, field: number): number {
    const slot = slots[field]!;
    let at = start;
    if (slot < 0 && bytes[at] === QUOTE) {
      at++;
      while (bytes[at] !== QUOTE && bytes[at] !== LINE_FEED) at++;
    }
    while (bytes[at] !== delimiter && bytes[at] !== LINE_FEED) at++;
    if (slot < 0) return at;
    let value = numberOfBytes(bytes, start, at, JET_COLUMNS.has(names[field]!));
    if (Number.isNaN(value)) value = numberOfText(bytes, start, at, field);
    outputs[slot]![row] = value;
    return at;
  }

  /** The number written in bytes [start, end), by way of Number(). */
  function numberOfText(bytes: Uint8Array, start: number, end: number, field: number): number {
    const text = new TextDecoder()
      .decode(bytes.subarray(start, end))
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim();
    if (/^[-+]?nan$/i.test(text)) return Number.NaN;
    if (/^[-+]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
    if (/^[-+]?\d{16,20}$/.test(text)) takers[slots[field]!]!.keepExactly(row, BigInt(text.replace('+', '')));
    if (DECIMAL.test(text)) return Number(text);
    throw fault(
      text === ''
        ? `column "${names[field]}" is empty`
        : `column "${names[field]}": "${text.slice(0, 40)}" is not a number`,
    );
  }

  /** Reads lines from `start` on until a batch is full or the bytes end; returns the place behind the last. */
  function readRows(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length && row < BATCH_ROWS) {
      line++;
      if (delimiter === BLANK) while (bytes[at] === BLANK) at++;
      if (line <= headerLines || isNoRow(bytes, at)) {
        at = bytes.indexOf(LINE_FEED, at) + 1;
        continue;
      }
      at = readRow(bytes, at, row, fields);
      row++;
    }
    return at;
  }

  function take(): TableBatch {
    const batch: Record<string, NumericArray> = {};
    for (const [slot, column] of columns.entries()) {
      const values = outputs[slot]!.subarray(0, row);
      const taken = takers[slot]!.take(values);
      if ('problem' in taken) {
        throw new InputError(name, `row ${rowsBefore + taken.row}: column "${column}": ${taken.problem}`);
      }
      batch[column] = taken.values;
    }
    const rows = row;
    rowsBefore += row;
    row = 0;
    return { rows, columns: batch };
  }

  return function* parse(bytes) {
    for (let at = 0; at < bytes.length; ) {
      at = readRows(bytes, at);
      if (row > 0) yield take();
    }
  };
}

/** What the loop over the fields of a line needs. */
interface Fields {
  readonly delimiter: number;
  /** Output of each field; -1 where it is not asked for. */
  readonly slots: Int32Array;
  readonly outputs: readonly Float64Array[];
  /** Reads the field at `start` in full generality; returns the place behind it. */
  readField(bytes: Uint8Array, start: number, field: number): number;
  fault(problem: string): InputError;
}

/**
 * Reads the line at `start` into row `row`; returns the place behind it.
 *
 * On the module's top level, where the engine knows the constants: inside of another function it takes twice as long.
 */
function readRow(bytes: Uint8Array, start: number, row: number, line: Fields): number {
  const { delimiter, slots, outputs } = line;
  const count = slots.length;
  let at = start;
  for (let field = 0; field < count; field++) {
    const first = at;
    let byte = bytes[at]!;
    const negative = byte === MINUS;
    if (negative) byte = bytes[++at]!;
    const whole = at;
    // Whole numbers of 32 bits, which a processor multiplies in half the time of doubles; more digits overflow and are not used.
    let mantissa = 0;
    let decimals = 0;
    while (byte >= ZERO && byte <= NINE) {
      mantissa = (Math.imul(mantissa, 10) + byte - ZERO) | 0;
      byte = bytes[++at]!;
    }
    let digits = at - whole;
    if (byte === POINT) {
      // 0.123456789: its first digit counts for nothing.
      if (digits === 1 && mantissa === 0) digits = 0;
      const point = ++at;
      byte = bytes[at]!;
      while (byte >= ZERO && byte <= NINE) {
        mantissa = (Math.imul(mantissa, 10) + byte - ZERO) | 0;
        byte = bytes[++at]!;
      }
      decimals = at - point;
      digits += decimals;
    }
    if (
      digits > 0 &&
      digits <= WORD_DIGITS &&
      (byte === delimiter || byte === LINE_FEED || byte === RETURN)
    ) {
      const slot = slots[field]!;
      const value = mantissa / POWERS_OF_TEN[decimals]!;
      if (slot >= 0) outputs[slot]![row] = negative ? -value : value;
    } else {
      at = line.readField(bytes, first, field);
      byte = bytes[at]!;
    }
    if (delimiter === BLANK) while (byte === BLANK) byte = bytes[++at]!;
    else if (byte === delimiter) at++;
    if (byte === RETURN) byte = bytes[++at]!;
    const last = field + 1 === count;
    if (last ? byte !== LINE_FEED : byte === LINE_FEED) {
      throw line.fault(`has ${last ? 'more' : 'fewer'} fields than the ${count} columns`);
    }
  }
  return at + 1;
}

/** Whether a comment or an empty line begins here. */
function isNoRow(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at]!;
  return byte === HASH || byte === LINE_FEED || (byte === RETURN && bytes[at + 1] === LINE_FEED);
}
