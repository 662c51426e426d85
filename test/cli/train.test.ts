/** `jet-iqn train` on sixty jets: what it says, and each way to type it wrongly. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { run } from '../../src/cli/main.js';
import { lockFolder } from '../../src/files/lock.js';
import { readSettings, SETTINGS, trainingOptions } from '../../training/options.js';
import { makeReferenceJets } from '../reference-detector.js';
import { keepOutput } from './standard-output.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-train-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [jets, fewer, folder] = ['jets.csv', 'fewer.csv', 'run'].map((name) => join(root, name));
const TINY = [
  ...['--backend', 'plain', '--head', '4,3', '--cells', '0', '--set', 'trunk=4', 'validation-jets=5'],
  ...['--epochs', '1', '--batch', '64'],
];

const said = keepOutput();

beforeAll(() => {
  writeTable(jets, 60);
  writeTable(fewer, 2);
});

function writeTable(path: string, rows: number): void {
  const columns = Object.entries(makeReferenceJets(rows, 3).columns);
  const lines = Array.from({ length: rows }, (_, row) => columns.map(([, column]) => column![row]).join(','));
  writeFileSync(path, [columns.map(([name]) => name).join(','), ...lines].join('\n'));
}

describe('a run', () => {
  test('ends with the loss, the page of curves and the next command', async () => {
    expect(await run(['train', jets, '--task', 'simulation', '-o', folder, ...TINY])).toBe(0);
    expect(said.printed).toMatch(/^Validation pinball loss \d\.\d{4} \(pt \d\.\d{4}, eta .*\), crossings /);
    expect(said.printed.trim().split('\n').at(-1)).toBe(`Next: jet-iqn export ${folder} -o models/run`);
    expect(said.complained).toContain('Training with ');
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ task: 'simulation', data: { name: 'jets.csv', rows: 60 } });
    expect(config.split.train + config.split.validation + config.split.test).toBe(60);
  });

  test('is the only one in its folder', async () => {
    const unlock = lockFolder(join(root, 'taken'));
    expect(await run(['train', jets, '--task', 'simulation', '-o', join(root, 'taken'), ...TINY])).toBe(1);
    expect(said.complained).toMatch(/taken: in use by another run/);
    unlock();
    expect(readdirSync(join(root, 'taken'))).toEqual([]);
    expect(readdirSync(folder)).not.toContain('.lock');
  });

  test('that is refused leaves no folder', async () => {
    const output = join(root, 'refused');
    expect(await run(['train', join(root, 'nowhere.csv'), '--task', 'simulation', '-o', output])).toBe(2);
    expect(existsSync(output)).toBe(false);
  });

  test.each([
    [
      'the folder of another run',
      [jets, '--task', 'simulation'],
      /holds a run already; go on with it by --resume/,
    ],
    [
      'resumed with another option',
      [jets, '--resume', '--set', 'learning-rate=0.01'],
      /has --set learning-rate 0.005, not 0.01; a resumed run keeps its options/,
    ],
    [
      'resumed on other jets',
      [fewer, '--resume'],
      /is not what .*run was trained on \(jets.csv, 60 jets\)|too few/,
    ],
  ])('%s is refused', async (_, argv, message) => {
    const resumed = argv.includes('--resume') ? ['--backend', 'plain'] : TINY;
    expect(await run(['train', ...argv, '-o', folder, ...resumed, '--quiet'])).toBe(2);
    expect(said.complained).toMatch(/^jet-iqn: [^\n]+\n$/);
    expect(said.complained).toMatch(message);
  });
});

test('--help-all lists what --set takes, and --help does not', async () => {
  expect(await run(['train', '--help-all'])).toBe(0);
  for (const name of Object.keys(SETTINGS)) expect(said.printed).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  expect(said.printed).toContain('--task <name>');
});

test('every setting is an option of a training, and its default passes as text', () => {
  const defaults = trainingOptions({ task: 'simulation' });
  const texts = Object.entries(SETTINGS)
    .filter(([, { option }]) => defaults[option] !== null)
    .map(([name, { option }]) => `${name}=${defaults[option]}`);
  expect(trainingOptions({ task: 'simulation', ...readSettings(texts) })).toEqual(defaults);
});

describe('one line, exit code 2, nothing written', () => {
  test.each([
    ['no task', [jets], /give --task simulation or --task correction/],
    ['a task that is none', [jets, '--task', 'unfolding'], /--task must be one of simulation, correction/],
    [
      'a network that is none',
      [jets, '--task', 'simulation', '--network', 'flow'],
      /--network must be one of/,
    ],
    [
      'a duration without its unit',
      [jets, '--task', 'simulation', '--max-time', '10 minutes'],
      /Give a time such as 90s, 30m or 2h/,
    ],
    [
      'a setting that is none',
      [jets, '--task', 'simulation', '--set', 'rate=1'],
      /--set rate=1: give name=value, with a name of trunk, .*train --help-all/,
    ],
    [
      'a setting that is not set',
      [jets, '--task', 'simulation', '--set', 'constructor'],
      /--set constructor: give name=value/,
    ],
    [
      'a setting out of its range',
      [jets, '--task', 'simulation', '--set', 'ema=2'],
      /--set ema must lie between 0 and 0.999999, not 2/,
    ],
    [
      'a setting twice',
      [jets, '--task', 'simulation', '--set', 'ema=0', 'ema=0.5'],
      /--set ema stands there twice/,
    ],
    [
      'neither true nor false',
      [jets, '--task', 'simulation', '--set', 'centre-and-width=no'],
      /must be true or false, not no/,
    ],
    ['cells that are odd', [jets, '--task', 'simulation', '--cells', '71'], /--cells must be even/],
    ['too few jets', [fewer, '--task', 'simulation'], /has 2 jets, too few to train on/],
    ['jets without the target', [jets, '--task', 'correction', '--inputs', 'rho'], /jets\.csv: has no .*rho/],
    [
      'jets that are not there',
      ['nowhere.csv', '--task', 'simulation'],
      /nowhere\.csv: there is no such file/,
    ],
  ])('%s', async (_, argv, message) => {
    const output = join(root, 'nothing');
    expect(await run(['train', ...argv, '-o', output, '--backend', 'plain', '--quiet'])).toBe(2);
    expect(said.complained).toMatch(/^jet-iqn: [^\n]+\n$/);
    expect(said.complained).toMatch(message);
    expect(said.printed).toBe('');
    expect(existsSync(output)).toBe(false);
  });
});
