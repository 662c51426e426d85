/** CSV out: a line of names, then rows. float32 is written with the fewest digits (up to 9) that read back the same. */
import type { NumericArray } from '../../jets/numeric-array.js';
import { rowsOf, type TableEncoding, type TableSchema } from '../table-encoding.js';
import { writeFloat32, writeText } from './float32-text.js';

const COMMA = 44;
const LINE_FEED = 10;
/** The longest number that is written: a double such as -2.2250738585072014e-308. */
const LONGEST = 24;

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
