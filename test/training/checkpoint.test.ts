import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { readCheckpoint, readOptimiser, writeCheckpoint } from '../../training/checkpoint.js';
import { flatWeights } from '../../training/parameters.js';
import { readConfig } from '../../training/run-config.js';
import { trainSmall } from './small-run.js';

let work: string;
let count = 0;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'jet-iqn-checkpoint-'));
  await trainSmall(join(work, 'run'), { jets: 100, options: { epochs: 1 } });
});
afterAll(() => rm(work, { recursive: true }));

/** A copy of the run, to be damaged. */
async function copy(): Promise<string> {
  const folder = join(work, `copy-${count++}`);
  await cp(join(work, 'run'), folder, { recursive: true });
  return folder;
}

test('what was written is read, to the bit', async () => {
  const folder = await copy();
  const { config, weights, state } = await readCheckpoint(folder, 'last');
  const flat = flatWeights(config.network, weights).map((value) => value * 1.5);
  await writeCheckpoint(folder, 'best', flat, state);
  const again = await readCheckpoint(folder, 'best');
  expect(flatWeights(config.network, again.weights)).toEqual(flat);
  expect(again.state.step).toBe(state.step);
  const bytes = await readFile(join(folder, 'best', 'weights.bin'));
  expect(bytes.readFloatLE(4)).toBe(flat[1]);
});

test.each([
  ['weights.bin', 'best'],
  ['weights.bin', 'last'],
] as const)('a truncated %s of %s is refused', async (file, which) => {
  const folder = await copy();
  await truncate(join(folder, which, file), 100);
  await expect(readCheckpoint(folder, which)).rejects.toThrow(/has 100 bytes where this network has/);
  await expect(readCheckpoint(folder, which)).rejects.toBeInstanceOf(InputError);
});

test('one flipped bit is refused', async () => {
  const folder = await copy();
  const config = await readConfig(folder);
  for (const [file, read] of [
    ['weights.bin', () => readCheckpoint(folder, 'last')],
    ['optimizer.bin', () => readOptimiser(folder, config)],
  ] as const) {
    const path = join(folder, 'last', file);
    const bytes = await readFile(path);
    bytes[17]! ^= 4;
    await writeFile(path, bytes);
    await expect(read()).rejects.toThrow(/sha256 differs/);
  }
});

test('a missing file is refused by its name', async () => {
  const folder = await copy();
  await rm(join(folder, 'last', 'weights.bin'));
  await expect(readCheckpoint(folder, 'last')).rejects.toThrow(/weights.bin: cannot be read \(ENOENT\)/);
  await rm(join(folder, 'last'), { recursive: true });
  await expect(readCheckpoint(folder, 'last')).rejects.toThrow(/the run has saved no last checkpoint yet/);
  await expect(readCheckpoint(join(work, 'nowhere'), 'last')).rejects.toThrow(/does not exist/);
});

test('a process that died between the two renames loses nothing', async () => {
  const folder = await copy();
  const { state } = await readCheckpoint(folder, 'last');
  await rename(join(folder, 'last'), join(folder, 'last.previous'));
  expect((await readCheckpoint(folder, 'last')).state).toEqual(state);
  expect((await readOptimiser(folder, await readConfig(folder)))?.state).toEqual(state);
});

test('a half-written new checkpoint does not touch the good one', async () => {
  const folder = await copy();
  const before = await readCheckpoint(folder, 'last');
  await cp(join(folder, 'last'), join(folder, 'last.writing'), { recursive: true });
  await truncate(join(folder, 'last.writing', 'weights.bin'), 3);
  expect(await readCheckpoint(folder, 'last')).toEqual(before);
  const flat = flatWeights(before.config.network, before.weights);
  await writeCheckpoint(folder, 'last', flat, before.state);
  expect((await readCheckpoint(folder, 'last')).weights).toEqual(before.weights);
});

test.each([
  ['cut short', (text: string) => text.slice(0, 40)],
  ['a step that is no number', (text: string) => text.replace(/"step": \d+/, '"step": "7"')],
  ['a negative step', (text: string) => text.replace(/"step": \d+/, '"step": -7')],
  ['a path for a hash', (text: string) => text.replace(/"sha256": "[^"]+"/, '"sha256": "../../x"')],
  ['nothing', () => ''],
  ['a list', () => '[1, 2]'],
] as const)('state.json with %s is refused', async (_, change) => {
  const folder = await copy();
  const path = join(folder, 'last', 'state.json');
  await writeFile(path, change(await readFile(path, 'utf8')));
  await expect(readCheckpoint(folder, 'last')).rejects.toBeInstanceOf(InputError);
});
