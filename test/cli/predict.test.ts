import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { predictCommand } from '../../src/cli/commands/predict.js';
import { InputError, UsageError } from '../../src/errors.js';
import { makeTinyBundle } from '../tiny-bundle.js';
import { keepOutput } from './standard-output.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-predict-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const bundle = join(root, 'simulation');
const jets = join(root, 'jets.csv');
const inputs = join(root, 'inputs.csv');
const ROWS = 1100;

beforeAll(async () => {
  await makeTinyBundle(bundle, { task: 'simulation' });
  const names = ['pt', 'eta', 'phi', 'mass'];
  const table = (stages: string[]) =>
    [
      stages.flatMap((stage) => names.map((name) => `${stage}_${name}`)).join(','),
      ...Array.from({ length: ROWS }, (_, i) => stages.map(() => [30 + i / 10, 0.1, 3.1, 6]).join(',')),
    ].join('\n');
  writeFileSync(jets, table(['gen', 'reco']));
  writeFileSync(inputs, table(['gen']));
});

const said = keepOutput();

function run(...argv: string[]): Promise<unknown> {
  const command = predictCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return new Command()
    .addCommand(command)
    .parseAsync(['predict', bundle, ...argv, '--quiet'], { from: 'user' });
}

function rowsOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
}

test('quantiles by default, one row a jet in order, the same whatever the threads', async () => {
  const [one, two] = [join(root, 'one.csv'), join(root, 'two.csv')];
  await run(inputs, '-o', one, '--samples', '50', '--threads', '1');
  expect(said.printed).toBe(`${ROWS} jets × 13 columns in ${one}\n`);
  await run(inputs, '-o', two, '--samples', '50', '--threads', '2');
  expect(readFileSync(two)).toEqual(readFileSync(one));
  const [head, ...rows] = rowsOf(one);
  expect(head.slice(0, 4)).toEqual(['jet_index', 'pt_q16', 'pt_q50', 'pt_q84']);
  expect(rows.map(([index]) => Number(index))).toEqual(Array.from({ length: ROWS }, (_, i) => i));
});

test('kept columns stand beside the answers', async () => {
  const output = join(root, 'kept.csv');
  await run(inputs, '-o', output, '--median', '--samples', '20', '--keep', 'gen_pt', 'gen_mass');
  const [head, ...rows] = rowsOf(output);
  expect(head.slice(0, 4)).toEqual(['jet_index', 'gen_pt', 'gen_mass', 'pt_q50']);
  // CSV is read as doubles, and kept as read.
  expect(rows.map((row) => row[1])).toEqual(Array.from({ length: ROWS }, (_, i) => String(30 + i / 10)));
  await expect(run(inputs, '-o', output, '--median', '--keep', 'event')).rejects.toThrow(InputError);
});

test('median, cdf and density together', async () => {
  const output = join(root, 'all.csv');
  await run(
    jets,
    '-o',
    output,
    '--median',
    '--cdf',
    '--density',
    '--samples',
    '20',
    '--limit',
    '30',
    '--json',
  );
  expect(JSON.parse(said.printed)).toMatchObject({ rows: 30, output });
  const [head, ...rows] = rowsOf(output);
  expect(head).toEqual([
    ...['jet_index', 'pt_q50', 'eta_q50', 'phi_q50', 'mass_q50'],
    ...['pt_cdf', 'eta_cdf', 'phi_cdf', 'mass_cdf', 'log_density'],
  ]);
  for (const row of rows) {
    for (const value of row.slice(5, 9).map(Number)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  }
});

test('--prior weights the samples of a correction, the same whatever the threads, and says how many count', async () => {
  const correction = join(root, 'correction');
  const spectrum = { pt: [10, 40, 100, 1000], absEta: [0, 5], counts: [[3], [2], [1]] };
  await makeTinyBundle(correction, { task: 'correction', spectrum });
  const raw = join(root, 'raw.csv');
  const rows = Array.from({ length: 1030 }, (_, i) => [30 + i / 10, 0.1, 3.1, 6].join(','));
  writeFileSync(raw, ['raw_pt,raw_eta,raw_phi,raw_mass', ...rows].join('\n'));
  const [one, two] = [join(root, 'prior1.csv'), join(root, 'prior2.csv')];
  const command = (output: string, ...more: string[]) =>
    new Command()
      .addCommand(predictCommand())
      .parseAsync(
        ['predict', correction, raw, '-o', output, '--prior', 'flat', '--samples', '60', '--quiet', ...more],
        { from: 'user' },
      );
  await command(one, '--threads', '1', '--json');
  const { none, few, untrained, prior } = JSON.parse(said.printed);
  expect(prior.name).toBe('flat');
  await command(two, '--threads', '2');
  expect(readFileSync(two)).toEqual(readFileSync(one));
  const [head, ...predicted] = rowsOf(one);
  expect(head.slice(0, 4)).toEqual(['jet_index', 'pt_q16', 'pt_q50', 'pt_q84']);
  expect(head.at(-1)).toBe('effective_samples');
  const effective = predicted.map((row) => Number(row.at(-1)));
  // Of 60 samples no jet has 100 that count.
  expect(effective.filter((count) => count > 0)).toHaveLength(few);
  expect(effective.filter((count) => count === 0)).toHaveLength(none);
  expect(Math.max(...effective)).toBeLessThanOrEqual(60);
  expect(untrained).toBeLessThan(60 * 1030);
  for (const row of predicted) {
    const [low, middle, high] = row.slice(1, 4).map(Number);
    if (Number(row.at(-1)) > 0) expect(low <= middle && middle <= high).toBe(true);
    else expect(middle).toBeNaN();
  }
});

test('--prior of a simulation, with densities, or of a bundle whose card has no spectrum, is refused', async () => {
  const output = join(root, 'none.csv');
  await expect(run(jets, '-o', output, '--prior', 'flat', '--cdf')).rejects.toThrow(/cannot be used with/);
  await expect(run(jets, '-o', output, '--prior', 'flat')).rejects.toThrow(/give the bundle of a correction/);
  await expect(run(jets, '-o', output, '--prior-weight', 'w')).rejects.toThrow(/give --prior FILE/);
  const correction = join(root, 'unspoken');
  await makeTinyBundle(correction, { task: 'correction' });
  const command = new Command().addCommand(predictCommand());
  await expect(
    command.parseAsync(['predict', correction, jets, '-o', output, '--prior', 'flat'], { from: 'user' }),
  ).rejects.toThrow(/npm run experiment/);
});

test('a density without target jets is refused, and no file left behind', async () => {
  const output = join(root, 'none.csv');
  await expect(run(inputs, '-o', output, '--density')).rejects.toThrow(InputError);
  expect(() => readFileSync(output)).toThrow();
});

test.each([
  [['--quantile', '1.5'], 'between 0 and 1'],
  [['--quantile', 'x'], 'between 0 and 1'],
])('%j is refused', async (argv, message) => {
  await expect(run(inputs, '-o', join(root, 'bad.csv'), ...argv)).rejects.toThrow(message);
});

test('an output of unknown format is refused', async () => {
  await expect(run(inputs, '-o', join(root, 'bad.xyz'))).rejects.toThrow(UsageError);
});

test('every engine gives the quantiles of ONNX Runtime to a float32 rounding or so', async () => {
  const quantiles = async (engine: string) => {
    const file = join(root, `${engine}.csv`);
    await run(inputs, '-o', file, '--samples', '50', '--limit', '30', '--engine', engine);
    return rowsOf(file).slice(1).flat().map(Number);
  };
  const ort = await quantiles('ort');
  for (const engine of ['wasm', 'auto']) {
    const found = await quantiles(engine);
    expect(found).toHaveLength(ort.length);
    found.forEach((value, i) => {
      expect(Math.abs(value - ort[i]!)).toBeLessThan(1e-4 * (Math.abs(ort[i]!) + 1));
    });
  }
  await expect(run(inputs, '-o', join(root, 'none.csv'), '--engine', 'gpu')).rejects.toThrow(
    /Allowed choices/,
  );
});

test('the output does not take the place of the jets', async () => {
  const before = readFileSync(jets, 'utf8');
  await expect(run(jets, '-o', jets, '--median')).rejects.toThrow(UsageError);
  expect(readFileSync(jets, 'utf8')).toBe(before);
});
