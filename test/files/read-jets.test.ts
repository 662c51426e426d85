import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { readJets } from '../../src/files/read-jets.js';
import { columnsOf } from '../../src/jets/columns.js';
import { fileOf, JETS } from './files.js';

test('the source has the name as given and the hash of the bytes', async () => {
  const path = fileOf('jets-zstd.parquet');
  const { source } = await readJets(path);
  expect(source.name).toBe(path);
  expect(source.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
});

test.each(['jets-zstd.parquet', 'jets.csv', 'jets-lz4.feather', 'jets-12.npy', 'jets-columns.h5'])(
  'stages and limit leave out columns and rows of %s',
  async (name) => {
    const table = await readJets(fileOf(name), { stages: ['gen'], limit: 23 });
    expect(Object.keys(table.columns)).toEqual(columnsOf('gen'));
    expect([...table.columns.gen_pt!]).toEqual(JETS.gen_pt!.slice(0, 23));
  },
);

test('further columns are read along where they are asked for', async () => {
  for (const name of [
    'jets-zstd.parquet',
    'jets.csv',
    'jets-structured.npy',
    'jets-lz4.feather',
    'jets-columns.h5',
  ]) {
    const table = await readJets(fileOf(name), { stages: ['reco'], extra: ['flavour'] });
    expect([...table.columns.flavour!]).toEqual(JETS.flavour);
  }
});

test('a column that is not there is named, with those that are', async () => {
  const reading = readJets(fileOf('jets-zstd.parquet'), { extra: ['rho'] });
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(/no column of numbers named rho; there are raw_pt, /);
});

test('a column of text is none of numbers', async () => {
  await expect(readJets(fileOf('jets-zstd.parquet'), { extra: ['name'] })).rejects.toThrow(/named name/);
});

test('kept columns come in the types that the file has, whatever the order', async () => {
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
