import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readBundle } from '../../src/model/bundle-node.js';
import { PROJECT_ROOT } from '../project-root.js';
import { makeTinyRun } from '../tiny-run.js';
import { runLine } from './run-cli.js';

const SHIPPED = join(PROJECT_ROOT, 'models', 'simulation-paper');
const root = mkdtempSync(join(tmpdir(), 'jet-iqn-export-command-'));
const [trained, model, nothing] = [join(root, 'run'), join(root, 'model'), join(root, 'nothing')];
beforeAll(() => makeTinyRun(trained));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('makes a bundle, says how far on stderr and how well on stdout', async () => {
  const { code, stdout, stderr } = await runLine(`export ${trained} -o ${model}`);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /model: run, simulation, \d+ parameters; the graphs agree with the network within \d+ % of/,
  );
  expect(stderr).toContain('export: comparing them with the network\n');
  expect((await readBundle(model)).card.name).toBe('run');
});

test('--json prints the card and nothing else, --quiet nothing on stderr', async () => {
  const { code, stdout, stderr } = await runLine(`export ${trained} -o ${model} --name other --json --quiet`);
  const { card, sha256 } = await readBundle(model);
  expect([code, stderr, card.name]).toEqual([0, '', 'other']);
  expect(JSON.parse(stdout)).toEqual({ output: model, sha256, card: JSON.parse(JSON.stringify(card)) });
});

test.each([
  ['a run that is not there', `nowhere -o ${nothing}`, /^jet-iqn: .*nowhere.*does not exist/],
  [
    'a name that is a path',
    `${trained} -o ${nothing} --name a/b`,
    /^jet-iqn: a\/b cannot be a bundle’s name/,
  ],
  ['jets that nobody asked for', `${trained} -o ${nothing} --jets x.parquet`, /--jets is of --correctionlib/],
  [
    'a file for correctionlib of another format',
    `${trained} -o ${nothing} --correctionlib`,
    /is no name of a file for correctionlib: end it in \.json or \.json\.gz/,
  ],
  [
    'a network that correctionlib has not',
    `${trained} -o ${nothing}.json --correctionlib`,
    /cannot be written as a network for correctionlib: its network is amortised.*give --jets FILE/,
  ],
  [
    'a checkpoint of a bundle',
    `${SHIPPED} -o ${nothing} --checkpoint last`,
    /is a bundle, which has no checkpoints/,
  ],
  ['a checkpoint that nobody makes', `${trained} -o ${nothing} --checkpoint first`, /choices are best, last/],
  [
    'a folder with something else in it',
    `${trained} -o ${trained}`,
    /no part of a bundle; give another folder/,
  ],
])('%s: one line, exit code 2, nothing written', async (_, options, message) => {
  const { code, stdout, stderr } = await runLine(`export ${options} --quiet`);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(existsSync(nothing)).toBe(false);
});
