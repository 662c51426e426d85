/** CSV out: a line of names, then rows. float32 is written with the fewest digits (7 to 9) that read back the same. */

import type { NumericArray } from '../../jets/numeric-array.js';
import { rowsOf, type TableEncoding, type TableSchema } from '../table-encoding.js';

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
        text: type === 'float32' ? float32Text : String,
      }));
      const lines: string[] = [];
      for (let row = 0; row < rows; row++) {
        let line = '';
        for (const { values, listLength, text } of fields) {
          for (let index = row * listLength; index < (row + 1) * listLength; index++) {
            line += `${line === '' ? '' : ','}${(text as (value: NumericArray[number]) => string)(values[index]!)}`;
          }
        }
        lines.push(line);
      }
      return { rows, bytes: new TextEncoder().encode(`${lines.join('\n')}\n`), note: undefined };
    },
    tail: () => new Uint8Array(0),
  };
}

/** A float32 as text, with the fewest significant digits that give it back; at least as short as numpy's. */
export function float32Text(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(9)));
}

function quoted(name: string): string {
  return /[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
