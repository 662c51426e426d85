import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeTinyBundle } from '../tiny-bundle.js';
import { csvOf, printedBy, runLine } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-fold-'));
const at = (name: string) => join(folder, name);
const fold = `fold ${at('bundle')} ${at('spectrum.csv')} --quiet`;

beforeAll(async () => {
  await makeTinyBundle(at('bundle'));
  const column = (value: (i: number) => number) => Array.from({ length: 300 }, (_, i) => value(i));
  const spectrum = {
    gen_pt: column((i) => 50 + i),
    gen_eta: column((i) => (i % 9) / 3 - 1),
    gen_phi: column((i) => (i % 7) / 2 - 1),
    gen_mass: column((i) => 8 + (i % 5)),
    weight: column((i) => (i % 10 === 0 ? -1 : 2)),
  };
  writeFileSync(at('spectrum.csv'), csvOf(spectrum));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('folds a weighted spectrum; the weight is kept, the threads do not matter', async () => {
  const run = async (threads: number) => {
    const output = at(`folded-${threads}.json`);
    const said = await printedBy(`${fold} -o ${output} --weight weight --threads ${threads} --json`);
    expect(JSON.parse(said)).toMatchObject({ output, jets: 300, samples: 100, negative: 30, weight: 510 });
    return readFileSync(output, 'utf8');
  };
  const text = await run(1);
  expect(await run(2)).toBe(text);
  const spectra = JSON.parse(text);
  for (const variable of ['pt', 'eta', 'phi', 'mass']) {
    const { values } = spectra[`${variable}/folded`].storage;
    expect(values.reduce((sum: number, value: number) => sum + value, 0)).toBeCloseTo(510, 2);
  }
});

test('edges of one’s own', async () => {
  await printedBy(`${fold} -o ${at('own.csv')} --pt-edges 0,100,200`);
  const lines = readFileSync(at('own.csv'), 'utf8').split('\n');
  const pt = lines.filter((line) => line.startsWith('pt/folded'));
  expect(pt.map((line) => line.split(',').slice(1, 3).join(' '))).toEqual([
    '-inf 0',
    '0 100',
    '100 200',
    '200 inf',
  ]);
});

test.each([
  ['no such weight', '-o x.json --weight w', /w/],
  ['an ending', '-o x.root', /\.json, \.yoda or \.csv/],
  ['one sample a jet', '-o x.json --samples 1', /--samples must be 2 or more/],
  ['edges that fall', '-o x.json --pt-edges 3,2', /increasing/],
])('refuses %s in one line', async (_, options, message) => {
  const { code, stderr } = await runLine(`${fold} ${options}`);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
