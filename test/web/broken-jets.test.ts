/** Files that are no jets, or not whole: the page says what is wrong and what to do, and goes on working. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fileOf } from '../files/files.js';
import { wordsOf } from './jets-view.js';
import { type OpenedPage, sitePages } from './site-pages.js';

const HEAD = ['gen', 'reco', 'raw']
  .flatMap((stage) => ['pt', 'eta', 'phi', 'mass'].map((variable) => `${stage}_${variable}`))
  .join();
const ROW = Array(3).fill('50,0.5,1,8').join();
const csv = (...rows: string[]) => Buffer.from([HEAD, ...rows, ''].join('\n'));
const cut = (name: string, share: number) => {
  const bytes = readFileSync(fileOf(name));
  return bytes.subarray(0, Math.floor(share * bytes.length));
};

const pages = sitePages();
let opened: OpenedPage;
beforeAll(async () => {
  opened = await pages.open({ hash: '/jets' });
});
afterEach(async () => {
  expect(opened.faults.splice(0)).toEqual([]);
  // It goes on working.
  expect(await wordsOf(opened.page, { name: 'good.csv', bytes: csv(ROW) })).toMatch(/good.csv holds 1 jets/);
});

describe('a file that is refused', () => {
  test.each<[string, string, Buffer, RegExp]>([
    ['an empty file', 'nothing.parquet', Buffer.alloc(0), /nothing.parquet: is empty \(0 bytes\)/],
    ['a picture', 'photo.png', Buffer.from('\x89PNG\r\n\x1a\n' + 'x'.repeat(400), 'latin1'), /photo.png: /],
    [
      'half a Parquet file',
      'half.parquet',
      cut('jets-zstd.parquet', 0.5),
      /half.parquet: .*cut|truncated|damaged/,
    ],
    [
      'half a NanoAOD file',
      'half.root',
      cut('nanoaod-v9.root', 0.5),
      /half.root: .*(cut|truncated|damaged|end)/,
    ],
    [
      'half an Arrow file',
      'half.feather',
      cut('jets-lz4.feather', 0.5),
      /half.feather: .*(cut|truncated|damaged|end)/,
    ],
    [
      'a damaged NanoAOD file',
      'bad.root',
      readFileSync(fileOf('damaged/endless-branches.root')),
      /bad.root: /,
    ],
    ['a table with no jets', 'none.csv', csv(), /none.csv: has no jets that can be used/],
    ['jets that are all NaN', 'nan.csv', csv(ROW.replaceAll('50', 'NaN')), /nan.csv: has no jets.*left out/],
    [
      'a table of something else',
      'prices.csv',
      Buffer.from('day,price\n1,2\n'),
      /prices.csv: .*gen_pt|columns/,
    ],
  ])('%s', async (_, name, bytes, words) => {
    const said = await wordsOf(opened.page, { name, bytes });
    expect(said).toMatch(words);
    expect(said.split('\n')).toHaveLength(1);
    expect(said.length).toBeLessThan(400);
  });
});

describe('a file that is read in part', () => {
  test('a gzip of 4 MB of which come 40 million jets', async () => {
    const member = gzipSync(`${ROW}\n`.repeat(1e5));
    const bytes = Buffer.concat([gzipSync(csv()), ...Array<Buffer>(400).fill(member)]);
    expect(await wordsOf(opened.page, { name: 'bomb.csv.gz', bytes })).toMatch(
      /holds 2\s000\s000 jets[\s\S]*takes the first 2000000 jets/,
    );
  });

  test('jets with NaN are left out and counted', async () => {
    const said = await wordsOf(opened.page, {
      name: 'some.csv',
      bytes: csv(ROW, ROW.replace('0.5', 'NaN'), ROW),
    });
    expect(said).toMatch(/some.csv holds 2 jets/);
    expect(said).toMatch(/Left out: 1 \(/);
  });

  test('data without gen jets can be read, and the page says which study it does not serve', async () => {
    const { page } = opened;
    const name = 'nanoaod-data.root';
    expect(await wordsOf(page, { name, bytes: readFileSync(fileOf(name)) })).toMatch(
      /holds \d+ jets: raw, reco/,
    );
    expect(await page.innerText('#jets-misfit')).toMatch(/has no gen jets; a study of simulation compares/);
    expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
  });

  test('of two files at once none is taken', async () => {
    const { page } = opened;
    await page.locator('#jets-drop input').evaluate((input) => input.setAttribute('multiple', ''));
    await page.setInputFiles('#jets-drop input', [
      fileOf('jets.csv'),
      join(fileOf('jets.csv'), '..', 'jets-crlf.tsv'),
    ]);
    expect(await page.innerText('#jets-file-error')).toMatch(/One file at a time/);
  });
});

describe('numbers of a study that cannot be', () => {
  test.each(['0', '1001', '2.5', ''])('%p samples a jet', async (samples) => {
    const { page } = opened;
    await page.fill('#jets-samples', samples);
    await page.getByRole('button', { name: 'Start' }).click();
    expect(
      await page.$eval('#jets-samples', (field) => (field as HTMLInputElement).validationMessage),
    ).not.toBe('');
    expect(await page.locator(':focus').getAttribute('id')).toBe('jets-samples');
    await page.fill('#jets-samples', '10');
  });
});
