/**
 * Damaged files of every format: each is refused with one line that names it, or read; none hangs, takes all memory, or
 * fails in another way. They are read in a process with a limit of time. `npm run fuzz` makes thousands more.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadZstd } from '../../src/files/compression/zstd.js';
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
  'rntuple-imported.root',
  'rntuple-unchecked.root',
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

const TWELVE = STAGES.flatMap(columnsOf);

const HEADER = `${TWELVE.join(',')}\n`;
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
