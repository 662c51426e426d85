import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { splitPart } from '../../src/jets/split.js';
import { makeTinyBundle } from '../tiny-bundle.js';
import { withoutPictures } from '../without-pictures.js';
import { csvOf, printedBy, runLine } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-study-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);
const [bundle, jets] = [at('simulation'), at('jets.csv')];
const FEW = '--samples 20 --threads 1 --quiet';

const stage = (name: string, [pt, eta, phi, mass]: number[], rows: number, scale = (_: number) => 1) => {
  const column = (value: number, factor = (_: number) => 1) =>
    Array.from({ length: rows }, (_, i) => value * factor(i));
  return {
    [`${name}_pt`]: column(pt!, scale),
    [`${name}_eta`]: column(eta!),
    [`${name}_phi`]: column(phi!),
    [`${name}_mass`]: column(mass!),
  };
};
const rising = (i: number) => 30 + i;
const pairs = {
  ...stage('gen', [1, 0.1, 3.1, 6], 60, rising),
  ...stage('reco', [1.02, 0.12, -3.1, 6.5], 60, rising),
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

beforeAll(async () => {
  writeFileSync(jets, csvOf(pairs));
  await makeTinyBundle(bundle, { task: 'simulation' });
  await makeTinyBundle(at('correction'), { task: 'correction' });
  const trainedOn = { name: 'jets.csv', sha256: sha256(csvOf(pairs)), rows: 60 };
  await makeTinyBundle(at('trained'), { task: 'simulation', trainedOn });
});

const reportIn = (name: string) => JSON.parse(readFileSync(join(root, name, 'report.json'), 'utf8'));

describe('a folder with a finished study', () => {
  afterAll(withoutPictures);
  const output = at('finished');
  // Jets too few for the joint tests, which a later test looks at.
  const line = `study ${bundle} ${jets} -o ${output} ${FEW} --limit 30`;
  const files = ['report.json', 'report.html', 'figures/closure-pt.svg'].map((name) => join(output, name));
  const times = () => files.map((file) => statSync(file, { bigint: true }).mtimeNs);

  test('--json prints what report.json holds and nothing else', async () => {
    const printed = JSON.parse(await printedBy(`${line} --json`));
    expect(printed).toEqual(reportIn('finished'));
    const engine = expect.stringMatching(/^(ort|native)$/);
    expect(printed).toMatchObject({ task: 'simulation', jets: 30, samples: 20, engine });
  });

  test('--resume makes nothing again, and another question is refused but for --overwrite', async () => {
    const before = times();
    await printedBy(`${line} --resume`);
    expect(times()).toEqual(before);
    expect(readdirSync(output)).not.toContain('journal');
    for (const other of ['--resume --seed 2', '--seed 1', '--seed 2'])
      expect(await runLine(`${line} ${other}`)).toMatchObject({ code: 2 });
    expect(times()).toEqual(before);
    await printedBy(`${line} --overwrite --seed 2`);
    for (const [i, time] of times().entries()) expect(time).toBeGreaterThan(before[i]!);
  });

  test('--resume writes the files that are missing, of the report that is there', async () => {
    const report = readFileSync(join(output, 'report.json'), 'utf8');
    for (const name of ['report.html', 'figures/closure-pt.png']) {
      rmSync(join(output, name));
      await printedBy(`${line} --resume --seed 2`);
      expect(existsSync(join(output, name))).toBe(true);
    }
    // With the seconds that the run took: nothing was computed again.
    expect(readFileSync(join(output, 'report.json'), 'utf8')).toBe(report);
  });
});

describe('what is not ours stays', () => {
  const line = (output: string) => `study ${bundle} ${jets} -o ${output} ${FEW} --limit 6`;
  const shards = [0, 1].map((i) => at(`shard-${i}`));
  beforeAll(async () => {
    for (const [i, shard] of shards.entries()) await printedBy(`${line(shard)} --shard ${i}/2`);
  });

  test.each(['report.html', 'report.json', 'histograms.json', 'figures/mine.svg'])('%s', async (name) => {
    const output = mkdtempSync(at('mine-'));
    const path = join(output, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'mine');
    for (const how of ['--seed 1', '--resume'])
      expect(await runLine(`${line(output)} ${how}`)).toMatchObject({ code: 2 });
    expect(await runLine(`merge ${shards.join(' ')} -o ${output} --quiet`)).toMatchObject({ code: 2 });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(output)).toHaveLength(1);
  });

  test('journal/notes.txt, beside the blocks that come and go', async () => {
    const output = mkdtempSync(at('mine-'));
    mkdirSync(join(output, 'journal'));
    writeFileSync(join(output, 'journal', 'notes.txt'), 'mine');
    for (const how of ['--seed 1', '--overwrite']) await printedBy(`${line(output)} ${how}`);
    expect(readdirSync(join(output, 'journal'))).toEqual(['notes.txt']);
  });
});

test('--strict fails 60 jets of a network of random weights, after report and table; every number is finite', async () => {
  const { code, stdout } = await runLine(`study ${bundle} ${jets} -o ${at('table')} ${FEW} --strict`);
  expect(code).toBe(3);
  expect(existsSync(at('table/figures/spectrum-pt.svg'))).toBe(true);
  const lines = stdout.trim().split('\n');
  expect(lines.at(-1)).toBe(at('table/report.html'));
  expect(lines.at(-2)).toBe(`What to do now: ${at('table/report.html')}#what-now`);
  expect(lines.at(-3)).toMatch(/predictions\/s on 1 threads/);
  const few = 'Of 60 jets the joint tests would find next to nothing';
  for (const label of ['pt [GeV]', 'eta', 'phi [rad]', 'mass [GeV]', 'Failed', few])
    expect(stdout).toContain(label);
  // Some of the columns are constant.
  const { joint, verdict } = reportIn('table');
  expect(joint.withoutPower).toBe(true);
  for (const { pValue } of [...joint.model.tests, ...joint.control.tests, ...verdict.tests])
    expect(0 <= pValue && pValue <= 1).toBe(true);
  expect(readFileSync(at('table/report.html'), 'utf8')).not.toMatch(/NaN|undefined|Infinity/);
});

test('jets that are all the same are studied', async () => {
  const same = { ...stage('gen', [50, 0.1, 0.2, 6], 50), ...stage('reco', [51, 0.12, 0.21, 6.5], 50) };
  writeFileSync(at('same.csv'), csvOf(same));
  await printedBy(`study ${bundle} ${at('same.csv')} -o ${at('same')} ${FEW}`);
  expect(readFileSync(at('same/report.html'), 'utf8')).not.toMatch(/NaN|undefined|Infinity/);
});

describe('what cannot run leaves nothing behind', () => {
  writeFileSync(at('no-truth.csv'), csvOf(stage('gen', [50, 0.1, 0.2, 6], 1)));
  writeFileSync(at('no-input.csv'), csvOf(stage('reco', [50, 0.1, 0.2, 6], 1)));
  test.each([
    ['no such bundle', `${at('none')} ${jets}`, /none: has no model\.json/],
    ['no such file', `${bundle} ${at('none.parquet')}`, /none\.parquet: (there is )?no such file/],
    [
      'a file without the columns of the task',
      `${at('correction')} ${jets}`,
      /has no raw_pt, raw_eta, raw_phi, raw_mass; correction reads them/,
    ],
    [
      'no true jets: there are predictions only',
      `${bundle} ${at('no-truth.csv')}`,
      /no-truth\.csv: has no column of numbers named reco_pt, .*can only be predicted: jet-iqn predict/,
    ],
    [
      'nothing that the model reads: predictions are not offered',
      `${bundle} ${at('no-input.csv')}`,
      /no-input\.csv: has no column of numbers named gen_pt, ((?!predict).)*\n$/,
    ],
    [
      '--split of another file than the training’s',
      `${bundle} ${jets} --split test`,
      /jets\.csv: is not the file that tiny-amortised-simulation was trained on \(none, sha256 00000000…\)/,
    ],
    [
      'weights, by name',
      `${bundle} ${jets} --weight genWeight`,
      /^jet-iqn: .*--weight.*genWeight.*counts each jet once[^\n]*\n$/,
    ],
  ])('%s', async (_, options, message) => {
    const { code, stderr } = await runLine(`study ${options} -o ${at('nothing')} ${FEW}`);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(at('nothing'))).toBe(false);
  });
});

describe('--split, of the file that a model was trained on', () => {
  const rows = Array.from({ length: 60 }, (_, row) => row).filter((row) => splitPart(row, 1) === 'test');
  const line = `study ${at('trained')} ${jets} ${FEW} --split test`;

  test('studies the jets that training never saw, and says so in the report', async () => {
    const { input, variables, jets: count } = JSON.parse(await printedBy(`${line} -o ${at('split')} --json`));
    expect(input.part).toEqual({ name: 'test', seed: 1 });
    expect(count).toBe(rows.length);
    // A true spectrum counts the jets themselves.
    const { edges, truth } = variables.pt.marginal;
    const expected = new Array(truth.length).fill(0);
    for (const row of rows) {
      const pt = Math.fround(pairs.reco_pt![row]!);
      expected[edges.findLastIndex((edge: number) => edge <= pt)]++;
    }
    expect(truth).toEqual(expected);
    expect(readFileSync(at('split/report.html'), 'utf8')).toContain('its test part, split seed 1');
  });

  test('in shards gives what a single run gives, and --limit takes the first ones of the part', async () => {
    await printedBy(`${line} --limit 6 -o ${at('whole')}`);
    // Which shard it is, is said of --quiet too.
    for (const [i, jets] of ['no jets', 'jets 0 to 5 of 6'].entries()) {
      const { code, stderr } = await runLine(`${line} --limit 6 -o ${at(`split-${i}`)} --shard ${i}/2`);
      expect([code, stderr]).toEqual([0, expect.stringMatching(`^Shard ${i} of 2: ${jets}[^\\n]*\n$`)]);
    }
    await printedBy(`merge ${at('split-0')} ${at('split-1')} -o ${at('merged')} --quiet`);
    const [whole, merged] = ['whole', 'merged'].map((name) => ({ ...reportIn(name), throughput: null }));
    expect(whole.jets).toBe(6);
    expect(merged).toEqual(whole);
  });
});

test('columns of weights are named in one line, and that the jets are those of the training in another', async () => {
  const ones = pairs.gen_eta!.map(() => 1);
  const text = csvOf({ ...pairs, genWeight: ones.map((_, i) => (i % 3) - 1), event_weight: ones, rho: ones });
  writeFileSync(at('weighted.csv'), text);
  const trainedOn = { name: 'weighted.csv', sha256: sha256(text), rows: 60 };
  await makeTinyBundle(at('trained-on-weighted'), { trainedOn });
  const { code, stderr } = await runLine(
    `study ${at('trained-on-weighted')} ${at('weighted.csv')} -o ${at('unweighted')} --limit 6 --samples 20 --threads 1`,
  );
  expect(code).toBe(0);
  expect(stderr.match(/^Warning: .*counts each jet once.*$/gm)).toEqual([
    expect.stringMatching(/weighted\.csv: genWeight, event_weight not used.*train --weight.*fold/),
  ]);
  expect(stderr).toMatch(/was trained on 70 % of these jets.*--split test takes those that it never saw/);
});
