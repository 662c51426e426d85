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
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { mergeCommand } from '../../src/cli/commands/merge.js';
import { studyCommand } from '../../src/cli/commands/study.js';
import { BundleError, InputError, VerdictError } from '../../src/errors.js';
import { splitPart } from '../../src/jets/split.js';
import { makeTinyBundle } from '../tiny-bundle.js';
import { runHere } from './run-cli.js';
import { keepOutput } from './standard-output.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-study-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const bundle = join(root, 'simulation');
const jets = join(root, 'jets.csv');

beforeAll(async () => {
  await makeTinyBundle(bundle, { task: 'simulation' });
  await makeTinyBundle(join(root, 'correction'), { task: 'correction' });
  const rows = Array.from({ length: 60 }, (_, i) => {
    const pt = 30 + i;
    return [pt, 0.1, 3.1, 6, pt * 1.02, 0.12, -3.1, 6.5].join(',');
  });
  const names = ['gen', 'reco'].flatMap((stage) =>
    ['pt', 'eta', 'phi', 'mass'].map((name) => `${stage}_${name}`),
  );
  writeFileSync(jets, `${names.join(',')}\n${rows.join('\n')}\n`);
});

const said = keepOutput();

function run(...argv: string[]): Promise<unknown> {
  const command = studyCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return new Command().addCommand(command).parseAsync(['study', ...argv, '--quiet'], { from: 'user' });
}

test('--json prints what report.json holds and nothing else; --resume makes nothing again, and refuses another question', async () => {
  const output = join(root, 'finished');
  // Jets too few for the joint tests, which the next test looks at.
  const options = [bundle, jets, '-o', output, '--samples', '20', '--threads', '1', '--limit', '30'];
  await run(...options, '--json');
  expect(JSON.parse(said.printed)).toEqual(JSON.parse(readFileSync(join(output, 'report.json'), 'utf8')));
  expect(JSON.parse(said.printed)).toMatchObject({
    task: 'simulation',
    jets: 30,
    samples: 20,
    engine: expect.stringMatching(/^(ort|native)$/),
  });
  const files = ['report.json', 'report.html', 'figures/closure-pt.svg'].map((name) => join(output, name));
  const times = () => files.map((file) => statSync(file, { bigint: true }).mtimeNs);
  const before = times();
  await run(...options, '--resume');
  expect(times()).toEqual(before);
  expect(readdirSync(output)).not.toContain('journal');
  await expect(run(...options, '--resume', '--seed', '2')).rejects.toMatchObject({ code: 'USAGE' });
  for (const other of [[], ['--seed', '2']])
    await expect(run(...options, ...other)).rejects.toMatchObject({ code: 'USAGE' });
  expect(times()).toEqual(before);
  await run(...options, '--overwrite', '--seed', '2');
  for (const [i, time] of times().entries()) expect(time).toBeGreaterThan(before[i]!);
});

test('--resume in a finished folder writes the files that are missing, of the report that is there', async () => {
  const output = join(root, 'finished');
  const options = [bundle, jets, '-o', output, '--samples', '20', '--threads', '1', '--limit', '30'];
  const report = readFileSync(join(output, 'report.json'), 'utf8');
  for (const name of ['report.html', 'histograms.json', 'figures/closure-pt.png', 'figures/closure-pt.svg']) {
    rmSync(join(output, name));
    await run(...options, '--resume', '--seed', '2');
    expect(existsSync(join(output, name))).toBe(true);
  }
  // With the seconds that the run took: nothing was computed again.
  expect(readFileSync(join(output, 'report.json'), 'utf8')).toBe(report);
});

describe('what is not ours stays', () => {
  test.each(['report.html', 'report.json', 'histograms.json', 'figures/mine.svg'])('%s', async (name) => {
    const output = mkdtempSync(join(root, 'mine-'));
    const path = join(output, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'mine');
    const options = [bundle, jets, '-o', output, '--samples', '20', '--threads', '1', '--limit', '6'];
    for (const how of [[], ['--resume']])
      await expect(run(...options, ...how)).rejects.toMatchObject({ code: 'USAGE' });
    for (const i of [0, 1]) await run(...options.with(3, `${output}-${i}`), '--shard', `${i}/2`);
    const merge = mergeCommand().exitOverride();
    await expect(
      merge.parseAsync([`${output}-0`, `${output}-1`, '-o', output, '--quiet'], { from: 'user' }),
    ).rejects.toMatchObject({ code: 'USAGE' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(output)).toHaveLength(1);
  });

  test('journal/notes.txt, beside the blocks that come and go', async () => {
    const output = mkdtempSync(join(root, 'mine-'));
    mkdirSync(join(output, 'journal'));
    writeFileSync(join(output, 'journal', 'notes.txt'), 'mine');
    for (const how of [[], ['--overwrite']])
      await run(bundle, jets, '-o', output, '--samples', '20', '--threads', '1', '--limit', '6', ...how);
    expect(readdirSync(join(output, 'journal'))).toEqual(['notes.txt']);
  });
});

describe('for people, of 60 jets and a network of random weights', () => {
  const output = join(root, 'table');
  let printed: string;

  test('--strict fails it, after the report is written', async () => {
    await expect(
      run(bundle, jets, '-o', output, '--samples', '20', '--threads', '1', '--strict'),
    ).rejects.toThrow(VerdictError);
    printed = said.printed;
    expect(existsSync(join(output, 'report.html'))).toBe(true);
    expect(existsSync(join(output, 'figures', 'spectrum-pt.svg'))).toBe(true);
  });

  test('a table, the verdict, the speed, and last the path of the page', () => {
    const lines = printed.trim().split('\n');
    expect(lines.at(-1)).toBe(join(output, 'report.html'));
    expect(lines.at(-2)).toBe(`What to do now: ${join(output, 'report.html')}#what-now`);
    expect(lines.at(-3)).toMatch(/predictions\/s on 1 threads/);
    expect(printed).toContain('Failed');
    for (const label of ['pt [GeV]', 'eta', 'phi [rad]', 'mass [GeV]']) expect(printed).toContain(label);
  });

  test('some columns constant: tested, marked as without power, every number finite', () => {
    expect(printed).toContain('Of 60 jets the joint tests would find next to nothing');
    const { joint, verdict } = JSON.parse(readFileSync(join(output, 'report.json'), 'utf8'));
    expect(joint.withoutPower).toBe(true);
    for (const { pValue } of [...joint.model.tests, ...joint.control.tests, ...verdict.tests]) {
      expect(pValue).toBeGreaterThanOrEqual(0);
      expect(pValue).toBeLessThanOrEqual(1);
    }
    expect(readFileSync(join(output, 'report.html'), 'utf8')).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('what cannot run leaves nothing behind', () => {
  const output = join(root, 'nothing');
  afterEach(() => expect(existsSync(output)).toBe(false));

  test('no such bundle', async () => {
    await expect(run(join(root, 'none'), jets, '-o', output)).rejects.toThrow(BundleError);
  });

  test('no such file', async () => {
    await expect(run(bundle, join(root, 'none.parquet'), '-o', output)).rejects.toThrow(InputError);
  });

  test('a file without the columns of the task', async () => {
    await expect(run(join(root, 'correction'), jets, '-o', output)).rejects.toThrow(
      'has no raw_pt, raw_eta, raw_phi, raw_mass; correction reads them',
    );
  });

  test('an unknown engine, too many samples', async () => {
    await expect(run(bundle, jets, '-o', output, '--engine', 'none')).rejects.toThrow('Allowed choices');
    await expect(run(bundle, jets, '-o', output, '--samples', '70000')).rejects.toThrow('at most 65535');
  });
});

describe('--split, of the file that a model was trained on', () => {
  const trained = join(root, 'trained');
  beforeAll(async () => {
    const sha256 = createHash('sha256').update(readFileSync(jets)).digest('hex');
    await makeTinyBundle(trained, { task: 'simulation', trainedOn: { name: 'jets.csv', sha256, rows: 60 } });
  });
  const rows = Array.from({ length: 60 }, (_, row) => row).filter((row) => splitPart(row, 1) === 'test');
  const few = ['--samples', '20', '--threads', '1', '--quiet'];

  test('studies the jets that training never saw, and says so in the report', async () => {
    const output = join(root, 'split');
    await run(trained, jets, '-o', output, ...few, '--split', 'test', '--json');
    const { input, variables, jets: count } = JSON.parse(said.printed);
    expect(input.part).toEqual({ name: 'test', seed: 1 });
    expect(count).toBe(rows.length);
    // A true spectrum counts the jets themselves: row i has reco pt 1.02 (30 + i) GeV.
    const { edges, truth } = variables.pt.marginal;
    const expected = new Array(truth.length).fill(0);
    for (const row of rows) {
      const pt = Math.fround(1.02 * (30 + row));
      expected[edges.findLastIndex((edge: number) => edge <= pt)]++;
    }
    expect(truth).toEqual(expected);
    expect(readFileSync(join(output, 'report.html'), 'utf8')).toContain('its test part, split seed 1');
  });

  test('in shards gives what a single run gives, and --limit takes the first ones of the part', async () => {
    const shared = [trained, jets, ...few, '--split', 'test', '--limit', '6'];
    await run(...shared, '-o', join(root, 'split-whole'));
    for (const i of [0, 1]) await run(...shared, '-o', join(root, `split-${i}`), '--shard', `${i}/2`);
    const merge = mergeCommand().exitOverride();
    await merge.parseAsync(
      [join(root, 'split-0'), join(root, 'split-1'), '-o', join(root, 'split-merged'), '--quiet'],
      {
        from: 'user',
      },
    );
    const [whole, merged] = ['whole', 'merged'].map((name) => {
      const { throughput: _, ...report } = JSON.parse(
        readFileSync(join(root, `split-${name}`, 'report.json'), 'utf8'),
      );
      return report;
    });
    expect(whole.jets).toBe(6);
    expect(merged).toEqual(whole);
  });

  test('is refused for any other file', async () => {
    await expect(run(bundle, jets, '-o', join(root, 'other'), '--split', 'test')).rejects.toThrow(
      /jets\.csv: is not the file that tiny-amortised-simulation was trained on \(none, sha256 00000000…\)/,
    );
    expect(existsSync(join(root, 'other'))).toBe(false);
  });
});

describe('jets that no study was made for', () => {
  const write = async (name: string, columns: string, rows: readonly string[]) => {
    writeFileSync(join(root, name), `${columns}\n${rows.join('\n')}\n`);
    return join(root, name);
  };
  const gen = 'gen_pt,gen_eta,gen_phi,gen_mass';
  const few = ['--samples', '20', '--threads', '1'];

  test('without true jets: says that there are predictions alone', async () => {
    const path = await write('no-truth.csv', gen, ['50,0.1,0.2,6']);
    await expect(run(bundle, path, '-o', join(root, 'no-truth'), ...few)).rejects.toThrow(
      /no-truth\.csv: has no column of numbers named reco_pt, .*predictions alone: jet-iqn predict/,
    );
    expect(existsSync(join(root, 'no-truth'))).toBe(false);
  });

  test('without what the model reads: predictions are not offered', async () => {
    const path = await write('no-input.csv', gen.replaceAll('gen', 'reco'), ['50,0.1,0.2,6']);
    await expect(run(bundle, path, '-o', join(root, 'no-input'), ...few)).rejects.toMatchObject({
      problem: expect.not.stringContaining('predict'),
      missing: gen.split(','),
    });
  });

  test('all the same jet', async () => {
    const row = '50,0.1,0.2,6,51,0.12,0.21,6.5';
    const path = await write('same.csv', `${gen},${gen.replaceAll('gen', 'reco')}`, Array(50).fill(row));
    const output = join(root, 'same');
    await run(bundle, path, '-o', output, ...few);
    expect(readFileSync(join(output, 'report.html'), 'utf8')).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('weights, which a study does not know', () => {
  test('columns of weights are named in one line, and that the jets are those of the training in another', async () => {
    const weighted = join(root, 'weighted.csv');
    const [names, ...rows] = readFileSync(jets, 'utf8').trim().split('\n');
    const lines = rows.map((row, i) => `${row},${i % 3 === 0 ? -1 : 1},1,7`);
    const text = [`${names},genWeight,event_weight,rho`, ...lines].join('\n');
    writeFileSync(weighted, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const trained = join(root, 'trained-on-weighted');
    await makeTinyBundle(trained, { trainedOn: { name: 'weighted.csv', sha256, rows: 60 } });
    const { code, stderr } = await runHere(
      ...['study', trained, weighted, '-o', join(root, 'unweighted'), '--limit', '6'],
      ...['--samples', '20', '--threads', '1'],
    );
    expect(code).toBe(0);
    expect(stderr.match(/^Warning: .*counts each jet once.*$/gm)).toEqual([
      expect.stringMatching(/weighted\.csv: genWeight, event_weight not used.*train --weight.*fold/),
    ]);
    expect(stderr).toMatch(/was trained on 70 % of these jets.*--split test takes those that it never saw/);
  });

  test('--weight is refused by name, and nothing is written', async () => {
    const output = join(root, 'weighted');
    const { code, stderr } = await runHere('study', bundle, jets, '-o', output, '--weight', 'genWeight');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^jet-iqn: .*--weight.*genWeight.*counts each jet once[^\n]*\n$/);
    expect(existsSync(output)).toBe(false);
  });
});
