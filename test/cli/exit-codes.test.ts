/** Exit codes with their one line on stderr. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';
import { runCli, runLine } from './run-cli.js';

const models = join(PROJECT_ROOT, 'models');
const bundle = join(models, 'simulation');
const jets = join(models, 'jets-sample.parquet');
const root = mkdtempSync(join(tmpdir(), 'jet-iqn-exit-codes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const report = join(root, 'report.json');
writeFileSync(report, '{"format": "jet-iqn-report/2"}');

test('a process ends with 0 where all is done and nothing on stderr, else with the code of the failure', () => {
  expect(runCli('info', jets, '--json')).toMatchObject({ code: 0, stderr: '' });
  const failed = {
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^jet-iqn: nowhere\.parquet: no such/),
  };
  expect(runCli('info', 'nowhere.parquet')).toEqual(failed);
});

test.each([
  ['an unknown command', 'fly', 'unknown command'],
  ['an unknown option', 'info --fast', 'unknown option'],
  ['an argument too many', 'info --json a b', 'too many arguments'],
  ['a value out of range', `sample ${bundle} ${jets} -o x --samples 0`, 'whole number from 1'],
  ['too many samples', `study ${bundle} ${jets} -o x --samples 70000`, 'at most 65535 samples'],
  ['an unknown engine', `study ${bundle} ${jets} -o x --engine none`, 'Allowed choices'],
  [
    'options that contradict',
    `sample ${bundle} ${jets} -o x --resume --overwrite`,
    "'--overwrite' cannot be used with option '--resume'",
  ],
  ['a missing bundle', `study nowhere ${jets} -o x`, 'nowhere: has no model.json'],
  [
    'a shipped bundle where it is not',
    `study nowhere/simulation ${jets} -o x`,
    `nowhere/simulation: has no model.json; the one that comes with jet-iqn is ${bundle}`,
  ],
  [
    'a report without its spectra',
    `histograms ${report} -o x.csv`,
    'report.json: is damaged or altered (variables: ',
  ],
  ['a folder that is no shard', `merge ${models} -o x`, 'is no finished shard'],
  ['a file in place of a shard', `merge ${jets} -o x`, 'is no finished shard'],
])('%s: 2, in one line that says what is wrong', async (_, line, message) => {
  const { code, stdout, stderr } = await runLine(line);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^jet-iqn: [^\n]+\n$/);
  expect(stderr).toContain(message);
});
