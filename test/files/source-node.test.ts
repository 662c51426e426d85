import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSHA256 } from 'hash-wasm';
import { readJets } from '../../src/files/read-jets.js';
import { hashed } from '../../src/files/source.js';
import { columnsOf, STAGES } from '../../src/jets/columns.js';
import { memorySource } from './files.js';
import { createReading } from './reading.js';

/** The user who owns no file. */
const NOBODY = 65534;
/** A table of one jet. */
const TWELVE = STAGES.flatMap(columnsOf);
const HEADER = `${TWELVE.join(',')}\n`;
const ROW = `${TWELVE.map(() => '1.5').join(',')}\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const BYTES = Uint8Array.from({ length: 3_000_000 }, (_, place) => (place * 7) ^ (place >> 9));
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

test.each<[string, [number, number][]]>([
  ['nothing', []],
  [
    'all in order',
    [
      [0, 4096],
      [4096, 3_000_000],
    ],
  ],
  [
    'the end, then pieces that overlap',
    [
      [2_999_000, 3_000_000],
      [0, 100],
      [0, 50],
      [4, 2_000_000],
    ],
  ],
  [
    'pieces with a gap',
    [
      [0, 100],
      [200, 300],
      [100, 150],
    ],
  ],
])('the sha256 is that of all bytes, after any reads: %s', async (_, ranges) => {
  for (const hash of [createHash('sha256'), await createSHA256()]) {
    const source = hashed(memorySource('jets', BYTES), hash);
    for (const [start, end] of ranges)
      expect(Buffer.compare(await source.read(start, end), BYTES.subarray(start, end))).toBe(0);
    expect(await source.sha256()).toBe(SHA256);
  }
});

test('a directory, and a missing file', async () => {
  await expect(readJets(folder)).rejects.toThrow(/is a directory; name a file/);
  await expect(readJets(join(folder, 'nowhere'))).rejects.toThrow(/there is no such file/);
});

test('a device without an end', async () => {
  await expect(readJets('/dev/zero')).rejects.toThrow(/is of no kind that is read/);
});

test('a file that may not be read', async () => {
  // Another user must get there, and TMPDIR may be for one user only.
  const shared = mkdtempSync('/tmp/jet-iqn-locked-');
  const [open, locked] = [join(shared, 'open.csv'), join(shared, 'locked.csv')];
  for (const path of [open, locked]) writeFileSync(path, HEADER + ROW);
  chmodSync(shared, 0o755);
  chmodSync(open, 0o644);
  chmodSync(locked, 0);
  // root may read everything: there a process reads that has given up its rights, and has loaded what it needs before.
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const other = createReading(30);
  try {
    await other.read(open);
    expect(await other.read(open, user)).toMatchObject({ kind: 'read', rows: 1 });
    expect(await other.read(locked, user)).toMatchObject({
      kind: 'refused',
      message: `${locked}: no permission to read it`,
    });
  } finally {
    await other.close();
    rmSync(shared, { recursive: true });
  }
});

test('a file that grows all the while it is read is refused', async () => {
  const path = join(folder, 'growing-on.csv');
  writeFileSync(path, HEADER + ROW.repeat(10_000));
  let ended = false;
  const reading = readJets(path).finally(() => {
    ended = true;
  });
  // Between the reader's steps, until it has ended.
  const growing = (async () => {
    while (!ended) {
      appendFileSync(path, ROW);
      await setImmediate();
    }
  })();
  await expect(reading).rejects.toThrow(/changed while it was read; wait until it is complete/);
  await growing;
});
