/** A column beside the four variables, from training to the prediction: what it decides must be learnt and asked for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { splitByEvent } from '../../src/jets/split.js';
import { withMedians } from '../../src/model/missing-inputs.js';
import { makeReferenceJets } from '../reference-detector.js';
import { numbers } from '../training/networks/every-network.js';
import { runHere } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-extra-inputs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = (name: string) => join(root, name);
const JETS = 3000;

const eventOf = (row: number) => 1000 + Math.floor(row / 3);
let trainedRho: number[];
let testJets: number;

/**
 * Each unit of rho adds 2 % to the measured pt: rho from 10 to 30 moves it by 40 %, many times its resolution. Three jets are
 * of one event.
 */
beforeAll(async () => {
  const { columns } = makeReferenceJets(JETS, 3);
  const rho = Float32Array.from(numbers(JETS, 50), (value) => 20 + 10 * value);
  const reco = columns.reco_pt!.map((pt, jet) => pt * (1 + 0.02 * (rho[jet]! - 20)));
  const kept = {
    run: new Float32Array(JETS).fill(1),
    luminosityBlock: new Float32Array(JETS).fill(2),
    event: Float32Array.from({ length: JETS }, (_, row) => eventOf(row)),
  };
  writeTable(file('jets.csv'), { ...columns, ...kept, reco_pt: reco, rho });
  const partOf = splitByEvent({ rows: JETS, columns: {}, kept, source: { name: '', sha256: '' } }, 1);
  testJets = rho.filter((_, row) => partOf(row) === 'test').length;
  trainedRho = [...rho].filter((_, row) => partOf(row) === 'train').sort((a, b) => a - b);
  const again = (value: number) => ({ ...columns, rho: new Float32Array(JETS).fill(value) });
  writeTable(file('rho-12.csv'), again(12), 200);
  writeTable(file('rho-28.csv'), again(28), 200);
  writeTable(file('no-rho.csv'), columns, 200);

  const training = [
    '--task',
    'simulation',
    '--inputs',
    'rho',
    '--cells',
    '0',
    '--refine',
    '0',
    '--head',
    '8,8',
    '--set',
    'trunk=32',
  ];
  const trained = await runHere(
    ...[
      'train',
      file('jets.csv'),
      '-o',
      file('run'),
      ...training,
      '--epochs',
      '10',
      '--batch',
      '256',
      '--quiet',
    ],
  );
  expect(trained).toMatchObject({ code: 0 });
  expect(await runHere('export', file('run'), '-o', file('bundle'))).toMatchObject({ code: 0 });
});

function writeTable(
  name: string,
  columns: Readonly<Record<string, Float32Array | undefined>>,
  rows = JETS,
): void {
  const lines = Array.from({ length: rows }, (_, row) =>
    Object.values(columns).map((column) => column![row]),
  );
  writeFileSync(name, [Object.keys(columns), ...lines].map((cells) => cells.join(',')).join('\n'));
}

test('a response that depends on rho is learnt, exported and predicted with', async () => {
  expect(JSON.parse(readFileSync(file('bundle/model.json'), 'utf8'))).toMatchObject({
    inputs: expect.arrayContaining([expect.objectContaining({ column: 'rho' })]),
  });

  const medians: number[][] = [];
  for (const name of ['rho-12', 'rho-28']) {
    const output = file(`${name}-median.csv`);
    const asked = await runHere(
      'predict',
      file('bundle'),
      file(`${name}.csv`),
      '-o',
      output,
      '--median',
      '--quiet',
    );
    expect(asked).toMatchObject({ code: 0 });
    const [header, ...rows] = readFileSync(output, 'utf8').trim().split('\n');
    const pt = header!.split(',').findIndex((column) => column.includes('pt'));
    expect(rows).toHaveLength(200);
    medians.push(rows.map((row) => Number(row.split(',')[pt])));
  }
  // The truth is 1.16 / 0.84 = 1.38; a network that does not read rho gives 1.
  const ratios = medians[1]!.map((pt, jet) => pt / medians[0]![jet]!).sort((a, b) => a - b);
  expect(ratios[100]).toBeGreaterThan(1.3);
  expect(ratios[100]).toBeLessThan(1.46);

  const sampled = await runHere(
    ...['sample', file('bundle'), file('rho-12.csv'), '-o', file('samples'), '--samples', '10', '--quiet'],
  );
  expect(sampled).toMatchObject({ code: 0 });
});

test('the card says that events were parted whole, and the median of rho in training', async () => {
  const card = JSON.parse(readFileSync(file('bundle/model.json'), 'utf8'));
  expect(card.training.split).toMatchObject({ by: 'event', train: trainedRho.length });
  const middle = (trainedRho.length - 1) / 2;
  const median = (trainedRho[Math.floor(middle)] + trainedRho[Math.ceil(middle)]) / 2;
  // Text has all digits of a float32.
  expect(card.medians).toEqual({ rho: expect.closeTo(median, 6) });
  const { stdout } = await runHere('info', file('bundle'));
  expect(stdout).toMatch(/also reads +rho; where jets have none, its median in training, \d+/);
  expect(stdout).toContain('parted by event');
});

test('--split test takes the events that training did not see', async () => {
  const asked = ['study', file('bundle'), file('jets.csv'), '-o', file('test-part'), '--split', 'test'];
  const { code, stdout } = await runHere(...asked, '--samples', '10', '--quick', '--json', '--quiet');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ jets: testJets, input: { part: { name: 'test' } } });
});

test('jets without the column get its median, with a warning, and are counted', async () => {
  const { medians } = JSON.parse(readFileSync(file('bundle/model.json'), 'utf8'));
  const [header, ...lines] = readFileSync(file('no-rho.csv'), 'utf8').split('\n');
  const withRho = lines.map((line) => `${line},${medians.rho}`);
  writeFileSync(file('median-rho.csv'), [`${header},rho`, ...withRho].join('\n'));
  const predict = (name: string, ...more: string[]) =>
    runHere(
      'predict',
      file('bundle'),
      file(`${name}.csv`),
      '-o',
      file(`${name}-out.csv`),
      '--median',
      ...more,
    );
  expect(await predict('median-rho', '--quiet')).toMatchObject({ code: 0 });
  const told = await predict('no-rho', '--json');
  expect(told.code).toBe(0);
  expect(told.stderr).toMatch(/no-rho\.csv: 200 jets have no rho, which the model reads; the median/);
  expect(JSON.parse(told.stdout).assumed).toEqual({ rho: { median: medians.rho, jets: 200 } });
  expect(readFileSync(file('no-rho-out.csv'), 'utf8')).toBe(readFileSync(file('median-rho-out.csv'), 'utf8'));

  const studied = await runHere(
    ...[
      'study',
      file('bundle'),
      file('no-rho.csv'),
      '-o',
      file('study'),
      '--samples',
      '10',
      '--quick',
      '--json',
    ],
  );
  expect(JSON.parse(studied.stdout).input.assumed).toEqual({ rho: { median: medians.rho, jets: 200 } });
  expect(readFileSync(file('study/report.html'), 'utf8')).toContain('200 jets have no rho');
});

test('jets without the column are refused by its name where the card has no median', () => {
  const { name, inputs } = JSON.parse(readFileSync(file('bundle/model.json'), 'utf8'));
  const table = { rows: 3, columns: {}, source: { name: 'jets.csv', sha256: '' } };
  expect(() => withMedians(table, { name, inputs })).toThrow('jets.csv: has no rho; run reads it, add it');
  const some = { ...table, columns: { rho: Float32Array.of(1, Number.NaN, 3) } };
  expect(() => withMedians(some, { name, inputs })).toThrow('has 1 jets with no rho');
  expect(withMedians(some, { name, inputs, medians: { rho: 7 } }).columns.rho).toEqual(
    Float32Array.of(1, 7, 3),
  );
});
