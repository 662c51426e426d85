/** HDF5 after damaged files: a file is read as it is or refused, after anything that lay at its path before. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { File, type Group, ready } from 'h5wasm/node';
import { InputError } from '../../src/errors.js';
import { readJets } from '../../src/files/read-jets.js';
import { columnsOf, STAGES } from '../../src/jets/columns.js';
import { DAMAGES } from './damage.js';
import { fileOf } from './files.js';
import { createRandom } from './random.js';

const TWELVE = STAGES.flatMap(columnsOf);
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-test-'));
  await ready;
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, make: (file: Group) => void): string {
  const path = join(folder, name);
  const file = new File(path, 'w');
  make(file);
  file.close();
  return path;
}

/** Three rows of twelve columns, the last column first: by position they would be other jets. */
const REVERSED = [...TWELVE].reverse();
const DATA = Float32Array.from(
  { length: 36 },
  (_, index) => 1 + (index % 12) / 8 + Math.floor(index / 12) / 4,
);
const array = { name: 'jets', data: DATA, shape: [3, 12] };

test.each<[string, (file: Group) => void]>([
  [
    'a list in an attribute of it',
    (file) => file.create_dataset(array).create_attribute('columns', REVERSED),
  ],
  [
    'a text in an attribute of it',
    (file) => file.create_dataset(array).create_attribute('names', REVERSED.join(', ')),
  ],
  [
    'an attribute of its group',
    (file) => {
      file.create_dataset(array);
      file.create_attribute('columns', REVERSED);
    },
  ],
  [
    'a dataset beside it',
    (file) => {
      file.create_dataset(array);
      file.create_dataset({ name: 'columns', data: REVERSED });
    },
  ],
])('names of columns are read from %s', async (name, make) => {
  const { columns } = await readJets(written(`${name}.h5`, make));
  for (const [index, column] of REVERSED.entries())
    expect([...columns[column]!]).toEqual([0, 1, 2].map((row) => DATA[12 * row + index]));
});

test('an array whose columns are named otherwise is none of jets', async () => {
  const path = written('other.h5', (file) =>
    file.create_dataset(array).create_attribute(
      'columns',
      REVERSED.map((column) => `${column}_up`),
    ),
  );
  await expect(readJets(path)).rejects.toThrow('has no jets');
});

test.each(['jets-12.h5', 'jets-columns.h5'])(
  '%s is never read as the damaged file before it',
  async (name) => {
    const bytes = readFileSync(fileOf(name));
    const whole = await readJets(fileOf(name));
    const random = createRandom(20261127);
    let read = 0;
    for (let round = 0; round < 3; round++) {
      for (const [kind, damage] of Object.entries(DAMAGES)) {
        const path = join(folder, `${round} ${kind} ${name}`);
        writeFileSync(path, damage(bytes, random));
        await readJets(path).catch((error: unknown) => expect(error).toBeInstanceOf(InputError));
        writeFileSync(path, bytes);
        try {
          expect((await readJets(path)).columns).toEqual(whole.columns);
          read++;
        } catch (error) {
          expect((error as InputError).problem).toMatch(
            /^cannot be read by this process after a damaged HDF5 file/,
          );
        }
      }
    }
    expect(read).toBeGreaterThan(15);
  },
);
