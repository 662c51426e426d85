/** A column beside the four variables, from training to the prediction: what it decides must be learnt and asked for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { makeReferenceJets } from '../reference-detector.js';
import { numbers } from '../training/networks/every-network.js';
import { runHere } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-extra-inputs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = (name: string) => join(root, name);
const JETS = 3000;

/** Each unit of rho adds 2 % to the measured pt: rho from 10 to 30 moves it by 40 %, many times its resolution. */
beforeAll(async () => {
  const { columns } = makeReferenceJets(JETS, 3);
  const rho = Float32Array.from(numbers(JETS, 50), (value) => 20 + 10 * value);
  const reco = columns.reco_pt!.map((pt, jet) => pt * (1 + 0.02 * (rho[jet]! - 20)));
  writeTable(file('jets.csv'), { ...columns, reco_pt: reco, rho });
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

test('jets without the column are refused by its name', async () => {
  for (const command of ['predict', 'sample', 'study']) {
    const asked = command === 'predict' ? ['--median'] : [];
    const { code, stderr } = await runHere(
      ...[
        command,
        file('bundle'),
        file('no-rho.csv'),
        '-o',
        file(`refused-${command}.csv`),
        ...asked,
        '--quiet',
      ],
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/no-rho\.csv.*rho/);
    expect(code).toBe(2);
  }
});
