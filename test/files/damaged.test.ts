/**
 * Damaged files of every format: each is refused with one line that names it, or read; none hangs, takes all memory, or
 * fails in another way. They are read in a thread with a limit of time. `npm run fuzz` makes thousands more.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { loadZstd } from '../../src/files/compression/zstd.js';
import { readJets } from '../../src/files/read-jets.js';
import { columnsOf, STAGES } from '../../src/jets/columns.js';
import { DAMAGES } from './damage.js';
import { fileOf } from './files.js';
import { createRandom } from './random.js';
import { createReading } from './reading.js';

/** One file a format; fuzzing takes them all. */
const FIXTURES = [
  'jets-zstd.parquet',
  'jets-pages-v2.parquet',
  'jets-lz4.feather',
  'jets-stream.arrows',
  'jets-columns.h5',
  'jets-12.npy',
  'jets-structured.npy',
  'jets.csv',
  'jets-gzip.csv',
  'jets-zstd.csv',
  'nanoaod-v5.root',
  'nanoaod-v15.root',
  'jet-ntuple.root',
  'delphes.root',
];

const SECONDS_ALLOWED = 30;
let folder: string;
const reading = createReading(SECONDS_ALLOWED);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-test-'));
});
afterAll(async () => {
  await reading.close();
  rmSync(folder, { recursive: true });
});

async function outcomeOf(name: string, bytes: Uint8Array | string) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, ...(await reading.read(path)) };
}

test.each(FIXTURES)('%s cut at every tenth is refused, naming the file', async (name) => {
  const bytes = readFileSync(fileOf(name));
  for (let tenth = 0; tenth < 10; tenth++) {
    const outcome = await outcomeOf(name, bytes.subarray(0, Math.floor((tenth * bytes.length) / 10)));
    // Text that ends at the end of a line is a shorter table.
    if (name.endsWith('.csv') && outcome.kind === 'read') continue;
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining(outcome.path) });
  }
});

test.each(FIXTURES.filter((name) => name !== 'jets.csv'))(
  '%s with another magic is refused',
  async (name) => {
    const bytes = Uint8Array.from(readFileSync(fileOf(name)));
    bytes[0]! ^= 0x55;
    const outcome = await outcomeOf(name, bytes);
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining(outcome.path) });
  },
);

test.each(FIXTURES)('%s damaged in every way is read or refused', async (name) => {
  const bytes = readFileSync(fileOf(name));
  const random = createRandom(20261123);
  for (const [kind, damage] of Object.entries(DAMAGES)) {
    for (let round = 0; round < 4; round++) {
      const outcome = await outcomeOf(name, damage(bytes, random));
      if (outcome.kind === 'failed') throw new Error(`${kind}, round ${round}: ${outcome.message}`);
    }
  }
});

test.each(readdirSync(fileOf('damaged')))('what fuzzing found stays mended: %s', async (name) => {
  // In a process of its own, whose peak is this file's: 65 MiB at most, of which 50 are Node's.
  const alone = createReading(SECONDS_ALLOWED);
  try {
    const outcome = await alone.read(fileOf(`damaged/${name}`));
    // Some are damaged where nothing is read.
    expect(outcome.kind).toMatch(/^(refused|read)$/);
    expect(outcome.peakBytes).toBeLessThan(2 ** 27);
  } finally {
    await alone.close();
  }
});

const TWELVE = STAGES.flatMap(columnsOf);

/** A Parquet file of our own making: one jet, and what is changed about it. */
function parquet(change: Record<string, unknown[]> = {}): Uint8Array {
  const columnData = TWELVE.map((name) => ({ name, data: (change[name] ?? [1.5]) as number[] }));
  const types = columnData.map(
    (column) => (typeof column.data[0] === 'string' ? 'STRING' : 'FLOAT') as 'FLOAT',
  );
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columnData.map((column, index) => ({ ...column, type: types[index]! })),
    }),
  );
}

const HEADER = `${TWELVE.join(',')}\n`;
const ROW = `${TWELVE.map(() => '1.5').join(',')}\n`;

test('the file that the next cases change is read', async () => {
  expect((await outcomeOf('one.parquet', parquet())).kind).toBe('read');
  expect((await outcomeOf('one.csv', HEADER + ROW)).kind).toBe('read');
});

test.each<[string, () => Uint8Array | string, RegExp]>([
  ['no bytes', () => '', /is empty \(0 bytes\)/],
  ['another kind of file', () => '%PDF-1.4\u0000\u0001', /of no kind that is read/],
  [
    'no rows in Parquet',
    () => parquet(Object.fromEntries(TWELVE.map((name) => [name, []]))),
    /no jets \(0 rows\)/,
  ],
  ['no rows in CSV', () => HEADER, /no jets \(0 rows\)/],
  [
    'text in CSV',
    () => HEADER + ROW.replace('1.5', 'fifty'),
    /row 0 \(line 2\): column "raw_pt": "fifty" is not a number/,
  ],
  ['NaN in Parquet', () => parquet({ gen_pt: [Number.NaN] }), /row 0, column "gen_pt": NaN \(not finite\)/],
  [
    'NaN in CSV',
    () => HEADER + ROW + ROW.replace('1.5', 'nan'),
    /row 1, column "raw_pt": NaN \(not finite\)/,
  ],
  ['pt of 0', () => parquet({ reco_pt: [0] }), /column "reco_pt": 0 \(pt not above 0\)/],
  ['a missing value', () => parquet({ gen_pt: [null] }), /row 0, column "gen_pt": NaN \(not finite\)/],
  ['a column twice in CSV', () => `gen_pt,${HEADER}1,${ROW}`, /two columns named "gen_pt"/],
  ['a line too short', () => `${HEADER}1,2\n`, /fewer fields than the 12 columns/],
])('%s', async (name, make, message) => {
  const outcome = await outcomeOf(`${name}.file`, make());
  expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringMatching(message) });
});

test('two thousand million rows declared are not believed', async () => {
  const bytes = Buffer.from(readFileSync(fileOf('jets-12.npy')));
  const header = bytes.toString('latin1', 0, 128);
  bytes.write(
    header.replace("'shape': (50, 12), }  ", "'shape': (2147483648, 12), }").slice(0, 128),
    'latin1',
  );
  const outcome = await outcomeOf('declared.npy', bytes);
  expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringMatching(/2147483648 rows take/) });
});

test.each([
  ['gzip', (bytes: Uint8Array) => gzipSync(bytes)],
  ['zstd', async (bytes: Uint8Array) => (await loadZstd()).compress(bytes, 1)],
] as const)('a bomb of %s takes no memory', async (name, pack) => {
  // 4 GiB in all, of pieces that unpack one after the other.
  const piece = await pack(Buffer.alloc(2 ** 24, '1'));
  const bomb = Buffer.concat([await pack(Buffer.from(HEADER)), ...Array.from({ length: 256 }, () => piece)]);
  const outcome = await outcomeOf(`bomb-${name}.csv`, bomb);
  expect(outcome).toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/a line of more than|100 times its size/),
  });
  expect(outcome.peakBytes).toBeLessThan(2 ** 30);
});

test('a column of text in Parquet', async () => {
  const { path } = await outcomeOf('text.parquet', parquet({ gen_pt: ['fifty'] }));
  await expect(readJets(path, { stages: ['gen'] })).rejects.toThrow(/has no column of numbers named gen_pt/);
});
