/** CSV out: a line of names, then rows. float32 is written with the fewest digits (up to 9) that read back the same. */
import { rowsOf, type TableEncoding, type TableSchema } from './table-encoding.js';

const FEWEST_DIGITS = 6;
const MOST_DIGITS = 9;
/** Between these, m / 10^k with whole m and k ≤ 22 is the double nearest to that decimal. */
const SMALLEST = 1e-4;
const LARGEST = 1e6;

export function csvEncoding(schema: TableSchema): TableEncoding {
  const names = schema.flatMap(({ name, listLength }) =>
    listLength === undefined ? [name] : Array.from({ length: listLength }, (_, index) => `${name}_${index}`),
  );
  const encoder = new TextEncoder();
  return {
    schema,
    head: () => encoder.encode(`${names.map(quoted).join(',')}\n`),
    encode(columns) {
      const rows = rowsOf(schema, columns);
      const lines = Array.from({ length: rows }, (_, row) => {
        let line = '';
        for (const { name, type, listLength = 1 } of schema)
          for (let index = row * listLength; index < (row + 1) * listLength; index++) {
            const value = columns[name][index];
            line += `${line && ','}${type === 'float32' ? float32Text(value as number) : value}`;
          }
        return `${line}\n`;
      });
      return { rows, bytes: encoder.encode(lines.join('')), note: undefined };
    },
    tail: () => new Uint8Array(0),
  };
}

function quoted(name: string): string {
  return /[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** The number with the fewest significant digits that give it back, six at least; nine always do. */
export function float32Text(value: number): string {
  const size = Math.abs(value);
  if (size >= SMALLEST && size < LARGEST) {
    let scale = 10 ** (FEWEST_DIGITS - 1 - Math.floor(Math.log10(size)));
    for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++, scale *= 10) {
      const shorter = (Math.sign(value) * Math.round(size * scale)) / scale;
      if (Math.fround(shorter) === value) return String(shorter);
    }
  }
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(MOST_DIGITS)));
}
