import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EVENTS, fileOf } from '../files/files.js';
import { runCliIn, runLine } from './run-cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-convert-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is printed adds up to the input’s jets', async () => {
  const output = join(folder, 'jets.parquet');
  const { code, stdout } = await runLine(
    `convert ${fileOf('nanoaod-v9.root')} -o ${output} --min-pt 40 --quiet`,
  );
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => /^ *(-?\d+) (.+)$/.exec(line)!.slice(1));
  const [first, ...rest] = lines.map(([count]) => Number(count));
  const last = rest.pop()!;
  expect(first).toBe(EVENTS.jets);
  expect(first + rest.reduce((sum, count) => sum + count, 0)).toBe(last);
  const reasons = Object.fromEntries(lines.map(([count, what]) => [what, count]));
  expect(reasons['no gen jet matched']).toBe(String(-EVENTS.unmatched));
  expect(Number(reasons['reco pt below 40'])).toBe(-EVENTS.matched.reco_pt!.filter((pt) => pt < 40).length);
});

test.each([
  'jets-zstd.parquet',
  'jets-lz4.feather',
  'jets-columns.h5',
  'jets-12.npy',
  'jets-gzip.csv',
  'nanoaod-v9.root',
])('%s cut in half: exit code 2, one line with its name, and no output left', async (name) => {
  const here = mkdtempSync(join(folder, 'half-'));
  const bytes = readFileSync(fileOf(name));
  const input = join(here, name);
  writeFileSync(input, bytes.subarray(0, bytes.length / 2));
  const { code, stdout, stderr } = await runLine(
    `convert ${fileOf('jets.csv')} ${input} -o ${join(here, 'out.parquet')} --quiet`,
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^jet-iqn: [^\n]+\n$/);
  expect(stderr).toContain(`${input}: `);
  expect(readdirSync(here)).toEqual([name]);
});

test('where standard input cannot be copied to is told', () => {
  const output = join(folder, 'from-input.csv');
  const input = readFileSync(fileOf('jets.csv'));
  const environment = { TMPDIR: join(folder, 'nowhere') };
  const { code, stderr } = runCliIn({ input, environment }, 'convert', '-', '-o', output, '--quiet');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /nowhere, where standard input is copied to \(TMPDIR names another folder\): cannot be made/,
  );
  expect(runCliIn({ input }, 'convert', '-', '-o', output, '--quiet').code).toBe(0);
});
