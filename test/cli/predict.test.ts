import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeTinyBundle } from '../tiny-bundle.js';
import { csvOf, printedBy, runLine } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-predict-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [bundle, correction, unspoken] = ['simulation', 'correction', 'unspoken'].map((name) =>
  join(root, name),
);
const [jets, inputs, raw] = ['jets.csv', 'inputs.csv', 'raw.csv'].map((name) => join(root, name));
const ROWS = 1100;

beforeAll(async () => {
  await makeTinyBundle(bundle!, { task: 'simulation' });
  const spectrum = { pt: [10, 40, 100, 1000], absEta: [0, 5], counts: [[3], [2], [1]] };
  await makeTinyBundle(correction!, { task: 'correction', spectrum });
  await makeTinyBundle(unspoken!, { task: 'correction' });
  const pt = Array.from({ length: ROWS }, (_, i) => 30 + i / 10);
  const all = (value: number) => new Array<number>(ROWS).fill(value);
  const stage = (name: string) => ({
    [`${name}_pt`]: pt,
    [`${name}_eta`]: all(0.1),
    [`${name}_phi`]: all(3.1),
    [`${name}_mass`]: all(6),
  });
  writeFileSync(jets!, csvOf({ ...stage('gen'), ...stage('reco') }));
  writeFileSync(inputs!, csvOf(stage('gen')));
  writeFileSync(raw!, csvOf(stage('raw')));
});

/** The table that a command writes, its names first. */
async function rowsOf(command: string): Promise<string[][]> {
  const output = join(root, 'out.csv');
  await printedBy(`predict ${command} -o ${output} --quiet`);
  const lines = readFileSync(output, 'utf8').trim().split('\n');
  rmSync(output);
  return lines.map((line) => line.split(','));
}

test('quantiles by default, one row a jet in order, the same for any number of threads', async () => {
  const output = join(root, 'one.csv');
  const command = `${bundle} ${inputs} --samples 50`;
  expect(await printedBy(`predict ${command} -o ${output} --threads 1 --quiet`)).toBe(
    `${ROWS} jets × 13 columns in ${output}\n`,
  );
  const [head, ...rows] = await rowsOf(`${command} --threads 1`);
  expect(head!.slice(0, 4)).toEqual(['jet_index', 'pt_q16', 'pt_q50', 'pt_q84']);
  expect(rows.map(([index]) => Number(index))).toEqual(Array.from({ length: ROWS }, (_, i) => i));
  expect(await rowsOf(`${command} --threads 2`)).toEqual([head, ...rows]);
});

test('kept columns stand beside the answers', async () => {
  const [head, ...rows] = await rowsOf(`${bundle} ${inputs} --median --samples 20 --keep gen_pt gen_mass`);
  expect(head!.slice(0, 4)).toEqual(['jet_index', 'gen_pt', 'gen_mass', 'pt_q50']);
  // CSV is read as doubles, and kept as read.
  expect(rows.map((row) => row[1])).toEqual(Array.from({ length: ROWS }, (_, i) => String(30 + i / 10)));
});

test('median, cdf and density together, as --json says', async () => {
  const output = join(root, 'all.csv');
  const command = `predict ${bundle} ${jets} -o ${output} --median --cdf --density --samples 20 --limit 30`;
  const columns = [
    ...['jet_index', 'pt_q50', 'eta_q50', 'phi_q50', 'mass_q50'],
    ...['pt_cdf', 'eta_cdf', 'phi_cdf', 'mass_cdf', 'log_density'],
  ];
  expect(JSON.parse(await printedBy(`${command} --json --quiet`))).toMatchObject({
    rows: 30,
    output,
    columns,
  });
  const [head, ...rows] = readFileSync(output, 'utf8').trim().split('\n');
  expect(head!.split(',')).toEqual(columns);
  for (const row of rows)
    for (const value of row.split(',').slice(5, 9).map(Number)) expect(0 <= value && value <= 1).toBe(true);
});

test('--prior weights the samples of a correction, the same for any number of threads, and says how many count', async () => {
  const command = `${correction} ${raw} --prior flat --samples 60`;
  const output = join(root, 'prior.csv');
  const said = await printedBy(`predict ${command} -o ${output} --threads 1 --json --quiet`);
  const { none, few, untrained, prior } = JSON.parse(said);
  expect(prior.name).toBe('flat');
  const [head, ...predicted] = await rowsOf(`${command} --threads 1`);
  expect(await rowsOf(`${command} --threads 2`)).toEqual([head, ...predicted]);
  expect(head!.slice(0, 4)).toEqual(['jet_index', 'pt_q16', 'pt_q50', 'pt_q84']);
  expect(head!.at(-1)).toBe('effective_samples');
  const effective = predicted.map((row) => Number(row.at(-1)));
  // Of 60 samples no jet has 100 that count.
  expect(effective.filter((count) => count > 0)).toHaveLength(few);
  expect(effective.filter((count) => count === 0)).toHaveLength(none);
  expect(Math.max(...effective)).toBeLessThanOrEqual(60);
  expect(untrained).toBeLessThan(60 * ROWS);
  for (const row of predicted) {
    const [low, middle, high] = row.slice(1, 4).map(Number) as [number, number, number];
    if (Number(row.at(-1)) > 0) expect(low <= middle && middle <= high).toBe(true);
    else expect(middle).toBeNaN();
  }
});

test.each([
  ['--prior with densities', `${bundle} ${jets} --prior flat --cdf`, /cannot be used with/],
  ['--prior of a simulation', `${bundle} ${jets} --prior flat`, /give the bundle of a correction/],
  ['--prior-weight without a prior', `${bundle} ${jets} --prior-weight w`, /give --prior FILE/],
  ['--prior where the card has no spectrum', `${unspoken} ${raw} --prior flat`, /npm run experiment/],
  ['a density without target jets', `${bundle} ${inputs} --density`, /inputs\.csv: has no .*reco_pt/],
  ['a kept column that is not there', `${bundle} ${inputs} --keep event`, /event/],
  ['a level beyond 1', `${bundle} ${inputs} --quantile 1.5`, /between 0 and 1/],
  ['a level that is no number', `${bundle} ${inputs} --quantile x`, /between 0 and 1/],
  ['an engine that is none', `${bundle} ${inputs} --engine gpu`, /Allowed choices/],
])('%s is refused, and no file left behind', async (_, command, message) => {
  const output = join(root, 'none.csv');
  const { code, stdout, stderr } = await runLine(`predict ${command} -o ${output} --quiet`);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(existsSync(output)).toBe(false);
});

test('an output of unknown format is refused, and one in the place of the jets', async () => {
  const before = readFileSync(jets!, 'utf8');
  for (const output of [join(root, 'bad.xyz'), jets])
    expect(await runLine(`predict ${bundle} ${jets} -o ${output} --median`)).toMatchObject({ code: 2 });
  expect(readFileSync(jets!, 'utf8')).toBe(before);
});

test('every engine gives the quantiles of ONNX Runtime to a float32 rounding or so', async () => {
  const quantiles = async (engine: string) => {
    const rows = await rowsOf(`${bundle} ${inputs} --samples 50 --limit 30 --engine ${engine}`);
    return rows.slice(1).flat().map(Number);
  };
  const ort = await quantiles('ort');
  for (const engine of ['wasm', 'auto']) {
    const found = await quantiles(engine);
    expect(found).toHaveLength(ort.length);
    for (const [i, value] of found.entries())
      expect(Math.abs(value - ort[i]!)).toBeLessThan(1e-4 * (Math.abs(ort[i]!) + 1));
  }
});
