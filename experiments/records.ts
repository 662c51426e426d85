/** The measured figures that the docs quote: CSV files in experiments/records, whose first line says of what, by what and when. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';

export const RECORDS = fileURLToPath(new URL('../../experiments/records/', import.meta.url));

/** Rows by the names of their columns. */
export function readRecord(path: string): Record<string, string>[] {
  return parse(readFileSync(path, 'utf8'), { columns: true, comment: '#', comment_no_infix: true });
}

/** @param of what the figures are of: the command, the machine, the day. @param rows of one kind, one at least. */
export function writeRecord(
  folder: string,
  name: string,
  of: string,
  rows: readonly Readonly<object>[],
): void {
  const cell = (value: string | number) =>
    typeof value === 'number' ? String(Number(value.toPrecision(6))) : `"${value}"`;
  const lines = [
    Object.keys(rows[0]!).join(','),
    ...rows.map((row) => Object.values(row).map(cell).join(',')),
  ];
  writeFileSync(join(folder, `${name}.csv`), `# ${of}\n${lines.join('\n')}\n`);
}
