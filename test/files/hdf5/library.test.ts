/** HDF5 after damaged files: each file is read as it is, whatever lay at its path before. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { InputError } from '../../../src/errors.js';
import { withFile } from '../../../src/files/hdf5/library.js';
import { readJets } from '../../../src/files/read-jets.js';
import { DAMAGES } from '../damage.js';
import { fileOf } from '../files.js';
import { createRandom } from '../random.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The jets, or the refusal. */
const outcomeOf = (path: string) =>
  readJets(path).catch((error: unknown) => {
    if (error instanceof InputError) return error;
    throw error;
  });

test.each(['jets-12.h5', 'jets-columns.h5'])(
  '%s is read whatever damaged file its path held before',
  async (name) => {
    const bytes = readFileSync(fileOf(name));
    const whole = await readJets(fileOf(name));
    const random = createRandom(20261127);
    const path = join(folder, name);
    let refused = 0;
    for (let round = 0; round < 3; round++) {
      for (const damage of Object.values(DAMAGES)) {
        writeFileSync(path, damage(bytes, random));
        if ((await outcomeOf(path)) instanceof InputError) refused++;
        writeFileSync(path, bytes);
        const { columns } = await readJets(path);
        expect(columns).toEqual(whole.columns);
      }
    }
    expect(refused).toBeGreaterThan(15);
  },
);

test('an instance of the library that aborted is not asked again', async () => {
  const path = fileOf('jets-12.h5');
  const instance = () => withFile('jets', path, (h5) => h5);
  const first = await instance();
  expect(await instance()).toBe(first);
  const aborted = new InputError('jets', 'damaged', { cause: new WebAssembly.RuntimeError('Aborted') });
  await expect(
    withFile('jets', path, () => {
      throw aborted;
    }),
  ).rejects.toBe(aborted);
  const second = await instance();
  expect(second).not.toBe(first);
  expect(await instance()).toBe(second);
});
