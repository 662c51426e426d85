import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run } from '../../src/cli/main.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { makeTinyRun } from '../tiny-run.js';
import { keepOutput } from './standard-output.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-export-command-'));
const [trained, model] = [join(root, 'run'), join(root, 'model')];
beforeAll(() => makeTinyRun(trained));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const said = keepOutput();

test('makes a bundle, says how far on stderr and how well on stdout', async () => {
  expect(await run(['export', trained, '-o', model])).toBe(0);
  expect(said.printed).toMatch(
    /model: run, simulation, \d+ parameters; the graphs agree with the network within \d+ % of/,
  );
  expect(said.complained).toContain('export: comparing them with the network\n');
  expect((await readBundle(model)).card.name).toBe('run');
});

test('--json prints the card and nothing else, --quiet nothing on stderr', async () => {
  expect(await run(['export', trained, '-o', model, '--name', 'other', '--json', '--quiet'])).toBe(0);
  const { card, sha256 } = await readBundle(model);
  expect(JSON.parse(said.printed)).toEqual({ output: model, sha256, card: JSON.parse(JSON.stringify(card)) });
  expect(card.name).toBe('other');
  expect(said.complained).toBe('');
});

test.each([
  ['a run that is not there', ['nowhere'], /^jet-iqn: .*nowhere.*does not exist/],
  ['a name that is a path', [trained, '--name', 'a/b'], /^jet-iqn: a\/b cannot be a bundle’s name/],
  ['a checkpoint that nobody makes', [trained, '--checkpoint', 'first'], /Allowed choices are best, last/],
])('%s: one line, exit code 2, nothing written', async (_, argv, message) => {
  const output = join(root, 'nothing');
  expect(await run(['export', ...argv, '-o', output, '--quiet'])).toBe(2);
  expect(said.complained).toMatch(message);
  expect(said.printed).toBe('');
  expect(existsSync(output)).toBe(false);
});

test('does not write into a folder with something else in it', async () => {
  expect(await run(['export', trained, '-o', trained, '--quiet'])).toBe(2);
  expect(said.complained).toContain('which is no part of a bundle; give another folder');
});
