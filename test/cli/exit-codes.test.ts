/** Exit codes with their one line on stderr. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { run } from '../../src/cli/main.js';
import { PROJECT_ROOT } from '../project-root.js';
import { runCli } from './run-cli.js';
import { keepOutput } from './standard-output.js';

const models = join(PROJECT_ROOT, 'models');
const bundle = join(models, 'simulation');
const jets = join(models, 'jets-sample.parquet');

const said = keepOutput();

describe('the process ends with', () => {
  test('0 where all is done, with nothing on stderr', () => {
    expect(runCli('info', jets, '--json')).toMatchObject({ code: 0, stderr: '' });
  });

  test('the code of the failure, with nothing on stdout', () => {
    const { code, stdout, stderr } = runCli('info', 'nowhere.parquet');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^jet-iqn: nowhere\.parquet: no such file[^\n]*\n$/);
  });
});

describe('2, in one line that says what is wrong', () => {
  test.each([
    ['an unknown command', ['fly'], 'unknown command'],
    ['an unknown option', ['info', '--fast'], 'unknown option'],
    ['an argument too many', ['info', '--json', 'a', 'b'], 'too many arguments'],
    ['a value out of range', ['sample', bundle, jets, '-o', 'x', '--samples', '0'], 'whole number from 1'],
    ['too many samples', ['study', bundle, jets, '-o', 'x', '--samples', '70000'], 'at most 65535 samples'],
    [
      'options that contradict',
      ['sample', bundle, jets, '-o', 'x', '--resume', '--overwrite'],
      "'--overwrite' cannot be used with option '--resume'",
    ],
    ['a missing file', ['info', 'nowhere.parquet'], 'nowhere.parquet: no such file'],
    ['a missing bundle', ['study', 'nowhere', jets, '-o', 'x'], 'nowhere: has no model.json'],
    [
      'a shipped bundle where it is not',
      ['study', 'nowhere/simulation', jets, '-o', 'x'],
      `nowhere/simulation: has no model.json; the one that comes with jet-iqn is ${bundle}`,
    ],
    ['a folder that is no shard', ['merge', models, '-o', 'x'], 'is no finished shard'],
  ])('%s', async (_, args, message) => {
    expect(await run(args)).toBe(2);
    expect(said.printed).toBe('');
    expect(said.complained).toMatch(/^jet-iqn: [^\n]+\n$/);
    expect(said.complained).toContain(message);
  });
});
