/**
 * Text tables: comma, tab, semicolon or blanks between numbers, with a line of names or without.
 *
 * Without names a table of 12 columns is raw, reco, gen (pt, eta, phi, mass each), and one of 15 has partonFlav,
 * hadronFlav, physFlav after them: the text files of the paper's own code. Names and fields that are not asked for may
 * stand in quotes; a line end inside quotes is not supported.
 */
import { InputError } from '../../errors.js';
import type { TableFile } from '../table-file.js';
import { UNNAMED_COLUMNS } from '../unnamed-columns.js';
import { DECIMAL } from './decimal.js';
import { createRowParser, type Layout } from './rows.js';

const LINE_FEED = 10;
const BLANK = 32;
/** The longest line that is read [bytes]. */
const MAX_LINE_BYTES = 1 << 20;

/**
 * Opens a text table.
 *
 * @param bytes makes a new stream of the text's bytes, from its beginning; called once for the names and once a pass.
 */
export async function openCsv(
  name: string,
  bytes: () => AsyncGenerator<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<TableFile> {
  const layout = await readLayout(name, bytes());
  return {
    columnNames: layout.names,
    rows: undefined,
    dropped: {},
    async *batches(columns) {
      const parser = createRowParser(name, layout, columns);
      for await (const lines of wholeLines(name, bytes())) {
        yield* parser(lines);
      }
    },
  };
}

async function readLayout(name: string, bytes: AsyncIterable<Uint8Array>): Promise<Layout> {
  let headerLines = 0;
  let comment: string | undefined;
  for await (const lines of wholeLines(name, bytes)) {
    for (const line of new TextDecoder()
      .decode(lines)
      .replace(/^\uFEFF/, '')
      .split('\n')) {
      const text = line.trim();
      if (text === '') {
        headerLines++;
        continue;
      }
      if (text.startsWith('#')) {
        // numpy.savetxt puts the names behind a hash.
        comment = text.replace(/^#\s*/, '');
        headerLines++;
        continue;
      }
      const delimiter = delimiterOf(line.replace(/\r$/, ''));
      const fields = split(text, delimiter);
      if (!fields.every(isNumber)) {
        return { names: uniqueNames(name, fields), delimiter, headerLines: headerLines + 1 };
      }
      const named = comment === undefined ? [] : split(comment, delimiterOf(comment));
      const names =
        named.length === fields.length ? uniqueNames(name, named) : UNNAMED_COLUMNS[fields.length];
      if (names) return { names, delimiter, headerLines };
      throw new InputError(
        name,
        `has ${fields.length} columns and no line of names; without names 12 or 15 columns are read`,
      );
    }
  }
  throw new InputError(name, 'has no rows');
}

function delimiterOf(line: string): number {
  for (const delimiter of ['\t', ',', ';']) if (line.includes(delimiter)) return delimiter.charCodeAt(0);
  return BLANK;
}

function split(line: string, delimiter: number): string[] {
  const fields = delimiter === BLANK ? line.trim().split(/ +/) : line.split(String.fromCharCode(delimiter));
  return fields.map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
}

function isNumber(field: string): boolean {
  return /^[-+]?(nan|inf|infinity)$/i.test(field) || DECIMAL.test(field);
}

function uniqueNames(name: string, names: readonly string[]): readonly string[] {
  const twice = names.find((column, index) => column !== '' && names.indexOf(column) !== index);
  if (twice !== undefined) throw new InputError(name, `has two columns named "${twice}"; rename one`);
  return names;
}

/** Pieces of bytes regrouped so that each ends at the end of a line. */
async function* wholeLines(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of bytes) {
    const end = piece.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      rest = joined(rest, piece);
      if (rest.length > MAX_LINE_BYTES) {
        throw new InputError(name, `has a line of more than ${MAX_LINE_BYTES} bytes: not a table`);
      }
      continue;
    }
    yield joined(rest, piece.subarray(0, end));
    rest = piece.slice(end);
  }
  if (rest.length > 0) yield joined(rest, Uint8Array.of(LINE_FEED));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
