import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openTable } from '../../src/files/open-table.js';
import { readJets } from '../../src/files/read-jets.js';
import { columnsOf } from '../../src/jets/columns.js';
import { fileOf, JETS, memorySource } from './files.js';

test('the source has the name as given and the hash of the bytes', async () => {
  const path = fileOf('jets-zstd.parquet');
  const { source } = await readJets(path);
  expect(source.name).toBe(path);
  expect(source.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
});

test.each(['jets-zstd.parquet', 'jets.csv', 'jets-lz4.feather', 'jets-structured.npy', 'jets-columns.h5'])(
  'stages, limit and further columns choose columns and rows of %s',
  async (name) => {
    const table = await readJets(fileOf(name), { stages: ['gen'], extra: ['flavour'], limit: 23 });
    expect(Object.keys(table.columns)).toEqual([...columnsOf('gen'), 'flavour']);
    for (const [column, values] of Object.entries(table.columns))
      expect([column, [...values!]]).toEqual([column, JETS[column]!.slice(0, 23)]);
  },
);

test('a column that is not there, or holds text, is named with those that are', async () => {
  const file = fileOf('jets-zstd.parquet');
  for (const extra of ['rho', 'name'])
    await expect(readJets(file, { extra: [extra] })).rejects.toThrow(
      `${file}: has no column of numbers named ${extra}; there are raw_pt, `,
    );
});

test.each([
  ['PK\u0003\u0004', 'a zip archive'],
  ['FEA1', 'Feather file of version 1'],
  ['BZh91AY', 'bzip2'],
  ['\u00fd7zXZ', 'xz -d'],
  ['\u00ff\u00fea', 'UTF-16'],
  ['\u0000\u0001\u0002\u0003', 'of no kind that is read'],
])('%j is refused with what to do', async (text, message) => {
  await expect(openTable(memorySource('x', Buffer.from(text, 'latin1')))).rejects.toThrow(message);
});

test('kept columns come in the types that the file has, in any order', async () => {
  const { kept, columns } = await readJets(fileOf('nanoaod-v9.root'), {
    stages: ['gen'],
    keep: ['event', 'jet', 'run', 'gen_pt'],
    limit: 3,
  });
  expect(kept!.event).toBeInstanceOf(BigUint64Array);
  expect(kept!.run).toBeInstanceOf(Uint32Array);
  expect(kept!.gen_pt).toEqual(columns.gen_pt);
  expect(Object.values(kept!).map(({ length }) => length)).toEqual([3, 3, 3, 3]);
  await expect(readJets(fileOf('jets.csv'), { keep: ['weight'] })).rejects.toThrow(
    'no column of numbers named weight',
  );
});
