/** `jet-iqn train` on sixty jets: what it says, and each way to type it wrongly. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lockFolder } from '../../src/files/lock.js';
import { readSettings, SETTINGS, trainingOptions } from '../../training/options.js';
import { makeReferenceJets } from '../reference-detector.js';
import { csvOf, printedBy, runLine } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-train-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [jets, fewer, folder] = ['jets.csv', 'fewer.csv', 'run'].map((name) => join(root, name));
const TINY = '--backend plain --head 4,3 --cells 0 --set trunk=4 validation-jets=5 --epochs 1 --batch 64';

beforeAll(() => {
  writeFileSync(jets!, csvOf(makeReferenceJets(60, 3).columns));
  writeFileSync(fewer!, csvOf(makeReferenceJets(2, 3).columns));
});

describe('a run', () => {
  test('ends with the loss, the page of curves and the next command', async () => {
    const line = `train ${jets} --task simulation -o ${folder} ${TINY}`;
    const { code, stdout, stderr } = await runLine(line);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Validation pinball loss \d\.\d{4} \(pt \d\.\d{4}, eta .*\), crossings /);
    expect(stdout.trim().split('\n').at(-1)).toBe(`Next: jet-iqn export ${folder} -o models/run`);
    expect(stderr).toContain('Training with ');
    const config = JSON.parse(readFileSync(join(folder!, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ task: 'simulation', data: { name: 'jets.csv', rows: 60 } });
    expect(config.split.train + config.split.validation + config.split.test).toBe(60);
  });

  test('is the only one in its folder', async () => {
    const taken = join(root, 'taken');
    const unlock = lockFolder(taken);
    const { code, stderr } = await runLine(`train ${jets} --task simulation -o ${taken} ${TINY}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/taken: in use by another run/);
    unlock();
    expect(readdirSync(taken)).toEqual([]);
    expect(readdirSync(folder!)).not.toContain('.lock');
  });

  test.each([
    [
      'the folder of another run',
      `${jets} --task simulation ${TINY}`,
      /holds a run already; go on with it by --resume/,
    ],
    [
      'resumed with another option',
      `${jets} --resume --backend plain --set learning-rate=0.01`,
      /has --set learning-rate 0.005, not 0.01; a resumed run keeps its options/,
    ],
    [
      'resumed on other jets',
      `${fewer} --resume --backend plain`,
      /is not what .*run was trained on \(jets.csv, 60 jets\)|too few/,
    ],
  ])('%s is refused', async (_, options, message) => {
    const { code, stderr } = await runLine(`train ${options} -o ${folder} --quiet`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^jet-iqn: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });
});

test('--help-all lists what --set takes', async () => {
  const said = await printedBy('train --help-all');
  for (const name of Object.keys(SETTINGS)) expect(said).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  expect(said).toContain('--task <name>');
});

test('every setting is an option of a training, and its default passes as text', () => {
  const defaults = trainingOptions({ task: 'simulation' });
  const texts = Object.entries(SETTINGS)
    .filter(([, { option }]) => defaults[option] !== null)
    .map(([name, { option }]) => `${name}=${defaults[option]}`);
  expect(trainingOptions({ task: 'simulation', ...readSettings(texts) })).toEqual(defaults);
});

describe('one line, exit code 2, nothing written', () => {
  const task = `${jets} --task simulation`;
  test.each([
    ['no task', `${jets}`, /give --task simulation or --task correction/],
    ['a task that is none', `${jets} --task unfolding`, /--task must be one of simulation, correction/],
    ['a network that is none', `${task} --network flow`, /--network must be one of/],
    ['a duration of another unit', `${task} --max-time 10d`, /Give a time such as 90s, 30m or 2h/],
    [
      'a setting that is none',
      `${task} --set rate=1`,
      /--set rate=1: give name=value, with a name of trunk, .*train --help-all/,
    ],
    ['a setting that is not set', `${task} --set constructor`, /--set constructor: give name=value/],
    ['a setting out of its range', `${task} --set ema=2`, /--set ema must lie between 0 and 0.999999, not 2/],
    ['a setting twice', `${task} --set ema=0 ema=0.5`, /--set ema stands there twice/],
    ['neither true nor false', `${task} --set centre-and-width=no`, /must be true or false, not no/],
    ['cells that are odd', `${task} --cells 71`, /--cells must be even/],
    ['too few jets', `${fewer} --task simulation`, /has 2 jets, too few to train on/],
    ['jets without an input', `${jets} --task correction --inputs rho`, /jets\.csv: has no .*rho/],
    ['jets that are not there', 'nowhere.csv --task simulation', /nowhere\.csv: there is no such file/],
  ])('%s', async (_, options, message) => {
    const output = join(root, 'nothing');
    const { code, stdout, stderr } = await runLine(`train ${options} -o ${output} --backend plain --quiet`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^jet-iqn: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect(existsSync(output)).toBe(false);
  });
});
