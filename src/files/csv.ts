/**
 * Text tables: comma, tab, semicolon or blanks between numbers, with a line of names or without; quotes and rows by d3-dsv,
 * a block of text at a time.
 *
 * Names may stand in a comment, as numpy.savetxt writes them. Without names a table of 12 columns is raw, reco, gen (pt,
 * eta, phi, mass each), and one of 15 has partonFlav, hadronFlav, physFlav after them: the text files of the paper's own
 * code.
 */
import { dsvFormat } from 'd3-dsv';
import { InputError } from '../errors.js';
import { columnsOf, STAGES, WHOLE_KEYS } from '../jets/columns.js';
import type { NumericArray } from '../jets/numeric-array.js';
import { assumed, checkUnique, type TableBatch, type TableFile, UNNAMED_COLUMNS } from './table-file.js';

/** The longest line that is read [characters]. */
const MAX_LINE = 1 << 20;
const JET_COLUMNS: ReadonlySet<string> = new Set(STAGES.flatMap(columnsOf));

/**
 * Opens a text table.
 *
 * @param bytes makes a new stream of the text's bytes, from its beginning; called once for the names and once a pass.
 */
export async function openCsv(name: string, bytes: () => AsyncIterable<Uint8Array>): Promise<TableFile> {
  const layout = await readLayout(name, bytes());
  return {
    columnNames: layout.names,
    rows: undefined,
    dropped: {},
    notes: layout.notes,
    async *batches(columns) {
      const take = rowTaker(name, layout, columns);
      for await (const block of blocksOf(name, bytes(), layout.delimiter)) {
        const batch = take(block);
        if (batch.rows > 0) yield batch;
      }
    },
  };
}

interface Layout {
  readonly names: readonly string[];
  /** Between two fields; a blank stands for any number of them. */
  readonly delimiter: string;
  /** Lines before the first row. */
  readonly headerLines: number;
  readonly notes: readonly string[];
}

async function readLayout(name: string, bytes: AsyncIterable<Uint8Array>): Promise<Layout> {
  const comments: string[] = [];
  let headerLines = 0;
  let rest = '';
  for await (const piece of textOf(bytes)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const text = line.trim();
      if (text !== '' && !text.startsWith('#')) return layoutOf(name, text, comments, headerLines);
      if (text !== '') comments.push(text.replace(/^#+\s*/, ''));
      headerLines++;
    }
    checkLine(name, rest);
  }
  throw new InputError(name, 'has no rows');
}

/** @param line the first that is neither empty nor a comment: names, or numbers. */
function layoutOf(name: string, line: string, comments: readonly string[], headerLines: number): Layout {
  const delimiter = delimiterOf(line);
  const fields = fieldsOf(line, delimiter);
  const values = fields.map(numberOf);
  // Some numbers may be missing, but not all.
  if (values.includes(undefined) || values.every(Number.isNaN)) {
    checkUnique(name, fields);
    return { names: fields, delimiter, headerLines: headerLines + 1, notes: [] };
  }
  // "# gen_pt gen_eta …", or "# columns: gen_pt gen_eta …".
  const named = comments
    .flatMap((comment) => [comment.replace(/^[^:]*:\s*/, ''), comment])
    .map((comment) => fieldsOf(comment, delimiterOf(comment)))
    .findLast((found) => found.length === fields.length && found.some((field) => JET_COLUMNS.has(field)));
  if (named) {
    checkUnique(name, named);
    return { names: named, delimiter, headerLines, notes: [] };
  }
  const names = UNNAMED_COLUMNS[fields.length];
  if (names) return { names, delimiter, headerLines, notes: [assumed(names)] };
  throw new InputError(
    name,
    `has ${fields.length} columns and no line of names; without names 12 or 15 columns are read`,
  );
}

function delimiterOf(line: string): string {
  return ['\t', ',', ';'].find((delimiter) => line.includes(delimiter)) ?? ' ';
}

function fieldsOf(line: string, delimiter: string): string[] {
  const [fields] = dsvFormat(delimiter).parseRows(delimiter === ' ' ? singleBlanks(line) : line);
  return fields.map((field) => field.trim());
}

function singleBlanks(text: string): string {
  return text.replace(/ +/g, ' ').replace(/^ | (?=\r?$)/gm, '');
}

/** Text in pieces; the last one ends the last line. */
async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield `${decoder.decode()}\n`;
}

/** The text in blocks of whole rows; comments are empty lines in them. */
async function* blocksOf(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<string> {
  /** What is left: `rows` without comments, whose quote is still open, and then the beginning of a line. */
  let rows = '';
  let line = '';
  for await (const piece of textOf(bytes)) {
    const text = line + piece;
    const end = text.lastIndexOf('\n') + 1;
    line = text.slice(end);
    let block = text.slice(0, end);
    if (block.includes('#')) block = block.replace(/^[ \t]*#.*$/gm, '');
    block = rows + block;
    const whole = wholeRows(block, delimiter);
    rows = block.slice(whole);
    checkLine(name, line);
    checkLine(name, rows);
    if (whole > 0) yield delimiter === ' ' ? singleBlanks(block.slice(0, whole)) : block.slice(0, whole);
  }
  if (rows !== '') yield rows;
}

/** Where the last row ends that is whole: a line may end inside quotes, which open at the beginning of a field only. */
function wholeRows(block: string, delimiter: string): number {
  let start = 0;
  let inside = false;
  let closed = -2;
  for (let at = block.indexOf('"'); at >= 0; at = block.indexOf('"', at + 1)) {
    if (inside) [inside, closed] = [false, at];
    // Two quotes in a row are one of the text.
    else if (at === closed + 1) inside = true;
    else if (at === 0 || block[at - 1] === delimiter || block[at - 1] === '\n') [inside, start] = [true, at];
  }
  return inside ? block.lastIndexOf('\n', start) + 1 : block.length;
}

function checkLine(name: string, line: string): void {
  if (line.length > MAX_LINE)
    throw new InputError(
      name,
      `has a line of more than ${MAX_LINE} bytes, or a quote that is not closed: not a table`,
    );
}

/** A function from blocks of text to batches, which counts lines and rows over all of its calls. */
function rowTaker(
  name: string,
  { names, delimiter, headerLines }: Layout,
  columns: readonly string[],
): (block: string) => TableBatch {
  const parser = dsvFormat(delimiter);
  const takers = columns.map((column) => ({
    column,
    place: names.indexOf(column),
    take: columnTaker(column),
  }));
  let line = 0;
  let rowsBefore = 0;
  return (block) => {
    const parts = columns.map((): Part => ({ fields: [], values: [] }));
    /** The line of each row. */
    const lines: number[] = [];
    const fault = (row: number, problem: string) =>
      new InputError(name, `row ${rowsBefore + row} (line ${lines[row] ?? line}): ${problem}`);
    parser.parseRows(block, (found) => {
      line++;
      if (line <= headerLines || (found.length === 1 && found[0].trim() === '')) return;
      const [missing, rows] = [names.length - found.length, lines.length];
      if (missing !== 0)
        throw fault(rows, `has ${missing > 0 ? 'fewer' : 'more'} fields than the ${names.length} columns`);
      for (let i = 0; i < takers.length; i++) {
        const field = found[takers[i].place];
        const value = numberOf(field);
        if (value === undefined)
          throw fault(rows, `column "${takers[i].column}": "${field.slice(0, 40)}" is not a number`);
        parts[i].fields.push(field);
        parts[i].values.push(value);
      }
      lines.push(line);
    });
    const batch = takers.map(({ column, take }, i) => [
      column,
      take(parts[i], (row, problem) => fault(row, `column "${column}": ${problem}`)),
    ]);
    rowsBefore += lines.length;
    return { rows: lines.length, columns: Object.fromEntries(batch) };
  };
}

/** A column of a block: its text, and that as doubles. */
interface Part {
  readonly fields: string[];
  readonly values: number[];
}

/**
 * What a column of text becomes: float32 for the jets' own, 64-bit integers for keys and for any column with a whole number
 * that a double cannot hold, doubles for the rest. That is told by the first batch, and the rest of the column must keep to
 * it: a key that is rounded joins the wrong event.
 */
function columnTaker(
  name: string,
): (part: Part, fault: (row: number, problem: string) => InputError) => NumericArray {
  if (JET_COLUMNS.has(name)) return ({ values }) => Float32Array.from(values);
  let Type: Float64ArrayConstructor | BigInt64ArrayConstructor | BigUint64ArrayConstructor | undefined;
  return ({ fields, values }, fault) => {
    const exactly = (row: number) =>
      BigInt(WHOLE.test(fields[row]) ? fields[row].trim().replace('+', '') : values[row]);
    // 2^60 is printed as 1152921504606847000: a double's shortest text is no other number.
    const rounded = values.findIndex(
      (value, row) =>
        Math.abs(value) >= 2 ** 53 && WHOLE.test(fields[row]) && String(value) !== String(exactly(row)),
    );
    if (Type === undefined) {
      if (!((WHOLE_KEYS.has(name) || rounded >= 0) && values.every(Number.isInteger))) Type = Float64Array;
      else if (values.every((value) => value >= 0) && values.some((_, row) => exactly(row) >= 2n ** 63n))
        Type = BigUint64Array;
      else Type = BigInt64Array;
    }
    if (Type === Float64Array) {
      if (rounded < 0) return Float64Array.from(values);
      const problem = 'beyond 2^53 whole numbers are kept in columns that begin with such';
      throw fault(rounded, `${exactly(rounded)} would be rounded: ${problem}`);
    }
    const column = new Type(values.length);
    for (const [row, value] of values.entries()) {
      if (!Number.isInteger(value))
        throw fault(row, `${value} is not a whole number, as those in the rows before it are`);
      const whole = exactly(row);
      column[row] = whole;
      if (column[row] !== whole)
        throw fault(row, `${whole} is beyond the 64-bit whole numbers that the column began with`);
    }
    return column;
  };
}

/** A whole number of up to 64 bits. */
const WHOLE = /^\s*[-+]?\d{1,20}\s*$/;
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
/** As pandas, Polars and R write a missing value, and as C and Python write NaN. */
const MISSING = /^([-+]?nan|na|n\/a|<na>|null|none)?$/i;
const INFINITE = /^([-+]?)inf(inity)?$/i;

/** The number of a field, NaN where it is missing; undefined where it is none. */
function numberOf(field: string): number | undefined {
  const value = +field;
  // Most fields: what begins with a digit is a number, but for 0x10 and the like.
  const first = field.charCodeAt(0);
  if (value - value === 0 && first >= 43 && first <= 57 && !(first === 48 && /^0[box]/i.test(field)))
    return value;
  const text = field.trim().replace(/^"(.*)"$/, '$1');
  if (MISSING.test(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  return DECIMAL.test(text) ? Number(text) : undefined;
}
