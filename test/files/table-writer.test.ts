import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { openTable } from '../../src/files/open-table.js';
import { openSource } from '../../src/files/source-node.js';
import type { TableSchema } from '../../src/files/table-encoding.js';
import { TABLE_FORMATS, tableEncoding } from '../../src/files/table-formats.js';
import { openTableWriter } from '../../src/files/table-writer.js';
import { float32Text } from '../../src/files/write-csv.js';
import { COLUMN_TYPES, type ColumnType, type NumericArray } from '../../src/jets/numeric-array.js';
import { createRandom } from './random.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jet-iqn-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const TYPES = Object.keys(COLUMN_TYPES) as ColumnType[];
const SCHEMA: TableSchema = TYPES.map((type) => ({
  name: `of ${type}`,
  type,
  unit: type === 'float32' ? 'GeV' : '',
}));

/** Columns with the largest and smallest numbers of each type first. */
function columnsOf(rows: number, seed: number): Record<string, NumericArray> {
  const random = createRandom(seed);
  return Object.fromEntries(
    TYPES.map((type) => {
      const column = new COLUMN_TYPES[type](rows);
      const bytes = new Uint8Array(column.buffer);
      for (let place = 0; place < bytes.length; place++) bytes[place] = 256 * random();
      if (column instanceof Float32Array || column instanceof Float64Array) {
        // Any bits that are a number: the smallest and the largest as well.
        for (let row = 0; row < rows; row++) if (!Number.isFinite(column[row])) column[row] = row;
        column.set([0, -0, 1e30, -1e-30, Math.PI].slice(0, rows));
      } else bytes.fill(255, 0, column.BYTES_PER_ELEMENT);
      return [`of ${type}`, column];
    }),
  );
}

async function readBack(path: string): Promise<Record<string, (number | bigint)[]>> {
  const source = await openSource(path);
  const table = await openTable(source);
  const rows: Record<string, (number | bigint)[]> = {};
  for (const name of table.columnNames) rows[name] = [];
  for await (const batch of table.batches(table.columnNames)) {
    for (const name of table.columnNames) rows[name]!.push(...batch.columns[name]!);
  }
  await source.close();
  return rows;
}

test.each(TABLE_FORMATS)('%s gives every type back, over several pieces', async (format) => {
  const path = join(folder, `types.${format}`);
  const writer = await openTableWriter(path, format, SCHEMA, { seed: '1' });
  const pieces = [columnsOf(1000, 1), columnsOf(1, 2), columnsOf(0, 3), columnsOf(77, 4)];
  for (const piece of pieces) await writer.write(piece);
  const written = await writer.close();
  expect(written.rows).toBe(1078);
  expect(written.bytes).toBe((await readFile(path)).length);
  const back = await readBack(path);
  for (const { name } of SCHEMA) {
    const expected = pieces.flatMap((piece) => [...piece[name]!]);
    // CSV does not say of which type a column is; whole numbers beyond 2^53 are exact all the same.
    const round = name === 'of float32' ? Math.fround : (value: number) => value;
    expect(back[name]!.map((value) => round(Number(value)) + 0)).toEqual(
      expected.map((value) => Number(value) + 0),
    );
    if (format !== 'csv') expect(back[name]!.map(String)).toEqual(expected.map(String));
  }
});

test.each(TABLE_FORMATS)('%s bytes follow only from columns and metadata', async (format) => {
  const bytes: Buffer[] = [];
  for (const name of ['first', 'second']) {
    const writer = await openTableWriter(join(folder, name), format, SCHEMA, { seed: '1' });
    for (const seed of [1, 2]) {
      // Packed elsewhere, then appended: what workers do.
      const elsewhere = await tableEncoding(format, SCHEMA, { seed: '1' });
      const columns = columnsOf(200, seed);
      if (name === 'first') await writer.write(columns);
      else await writer.append(structuredClone(elsewhere.encode(columns)));
    }
    await writer.close();
    bytes.push(await readFile(join(folder, name)));
  }
  expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
});

test('nothing is at its place before it is closed, nor after it is discarded', async () => {
  const path = join(folder, 'unfinished.parquet');
  const writer = await openTableWriter(path, 'parquet', SCHEMA, {});
  await writer.write(columnsOf(10, 1));
  expect(existsSync(path)).toBe(false);
  await writer.discard();
  expect((await readdir(folder)).filter((name) => name.startsWith('unfinished'))).toEqual([]);
});

test('a folder that is not there fails as a run, with the path', async () => {
  const opening = openTableWriter(join(folder, 'no', 'where.parquet'), 'parquet', SCHEMA, {});
  await expect(opening).rejects.toMatchObject({ name: 'RunError', exitCode: 1 });
});

test('columns of the wrong type or length are refused', async () => {
  const encoding = await tableEncoding(
    'parquet',
    [
      { name: 'pt', type: 'float32' },
      { name: 'n', type: 'uint16' },
    ],
    {},
  );
  expect(() => encoding.encode({ pt: new Float64Array(1), n: new Uint16Array(1) })).toThrow(
    /"pt" must be a Float32Array/,
  );
  expect(() => encoding.encode({ pt: new Float32Array(2), n: new Uint16Array(1) })).toThrow(
    /"n" has 1 values/,
  );
});

async function nested(format: 'parquet' | 'arrow' | 'csv'): Promise<Buffer> {
  const path = join(folder, `nested.${format}`);
  const schema: TableSchema = [
    { name: 'event', type: 'uint64' },
    { name: 'pt', type: 'float32', listLength: 3, unit: 'GeV' },
  ];
  const writer = await openTableWriter(path, format, schema, { bundle: 'abc' });
  await writer.write({ event: BigUint64Array.of(1n, 2n), pt: Float32Array.of(1, 2, 3, 4, 5, 6) });
  await writer.close();
  return await readFile(path);
}

test('Parquet lists are lists to a reader, and the metadata is there', async () => {
  const bytes = await nested('parquet');
  const file = new Uint8Array(bytes).buffer;
  const rows = await parquetReadObjects({ file, compressors });
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { event: 1n, pt: [1, 2, 3] },
    { event: 2n, pt: [4, 5, 6] },
  ]);
  const metadata = Object.fromEntries(
    parquetMetadata(file).key_value_metadata!.map(({ key, value }) => [key, value]),
  );
  expect(metadata).toEqual({ bundle: 'abc', units: '{"pt":"GeV"}' });
});

test('Arrow lists are lists to a reader, with the unit at the column', async () => {
  const table = tableFromIPC(await nested('arrow'));
  expect(table.toArray().map((row) => [row.event, [...row.pt]])).toEqual([
    [1n, [1, 2, 3]],
    [2n, [4, 5, 6]],
  ]);
  expect(table.schema.metadata.get('bundle')).toBe('abc');
  expect(table.schema.fields[1]!.metadata.get('unit')).toBe('GeV');
});

test('CSV spreads a list over columns', async () => {
  expect((await nested('csv')).toString()).toBe('event,pt_0,pt_1,pt_2\n1,1,2,3\n2,4,5,6\n');
});

test('float32 text is the shortest that gives the number back', () => {
  const random = createRandom(9);
  const words = new Uint32Array(1);
  const floats = new Float32Array(words.buffer);
  expect([0.1, Math.PI, 16777216, 1e-5, -(2 ** -149)].map(Math.fround).map(float32Text)).toEqual([
    '0.1',
    '3.1415927',
    '16777216',
    '0.00001',
    '-1.4013e-45',
  ]);
  const wrong: number[] = [];
  for (let count = 0; count < 20_000; count++) {
    words[0] = 2 ** 32 * random();
    // Half of them as large as those of jets.
    if (count % 2 === 0) floats[0] = 10 ** (14 * random() - 6);
    const value = floats[0]!;
    if (!Number.isFinite(value)) continue;
    const text = float32Text(value);
    const digits = text.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '').length;
    const shorter = digits > 6 && Math.fround(Number(value.toPrecision(digits - 1))) === value;
    if (Math.fround(Number(text)) !== value || shorter) wrong.push(value);
  }
  expect(wrong).toEqual([]);
});
