import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { formatOf } from '../../src/files/detect.js';
import { fileOf } from './files.js';

/** What the endings of the fixtures stand for; the names play no part in the finding. */
const ENDINGS: Record<string, string> = {
  parquet: 'parquet',
  feather: 'arrow-file',
  arrows: 'arrow-stream',
  npy: 'npy',
  h5: 'hdf5',
  root: 'root',
  csv: 'text',
  tsv: 'text',
  txt: 'text',
};
const names = readdirSync(fileOf('.')).filter((name) => name.split('.').at(-1)! in ENDINGS);

test.each(names)('%s is found by its content', (name) => {
  const packed = /-(gzip|zstd)\.csv$/.exec(name)?.[1];
  const format = formatOf('renamed', readFileSync(fileOf(name)).subarray(0, 4096));
  expect(format).toBe(packed ?? ENDINGS[name.split('.').at(-1)!]);
});

test.each([
  ['PK\u0003\u0004', 'a zip archive'],
  ['FEA1', 'Feather file of version 1'],
  ['BZh91AY', 'bzip2'],
  ['\u00fd7zXZ', 'xz -d'],
  ['\u00ff\u00fea', 'UTF-16'],
  ['\u0000\u0001\u0002\u0003', 'of no kind that is read'],
])('%j is refused with what to do', (text, message) => {
  const head = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  expect(() => formatOf('x', head)).toThrow(InputError);
  expect(() => formatOf('x', head)).toThrow(message);
});
