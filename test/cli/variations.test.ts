/** `--pt-scale` and `--pt-resolution`: the formula from predictions without them, and tables of correctionlib by hand. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeReferenceJets } from '../reference-detector.js';
import { makeTinyBundle } from '../tiny-bundle.js';
import { csvOf, printedBy, runLine } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-variations-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);
const [bundle, jets] = [at('bundle'), at('jets.csv')];
const [JETS, SAMPLES] = [60, 4];

type Rows = Readonly<Record<string, number>>[];

function rowsIn(path: string): Rows {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = head!.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((field, i) => [names[i], Number(field)])),
  );
}

async function sampled(options = ''): Promise<Rows> {
  const output = mkdtempSync(at('out-'));
  await printedBy(
    `sample ${bundle} ${jets} -o ${output} --format csv --threads 1 --quiet --samples ${SAMPLES} ${options}`.trim(),
  );
  return rowsIn(join(output, 'predictions-000000.csv'));
}

async function predicted(options: string): Promise<Rows> {
  await printedBy(
    `predict ${bundle} ${jets} -o ${at('predicted.csv')} --threads 1 --quiet --samples 200 ${options}`,
  );
  return rowsIn(at('predicted.csv'));
}

let plain: Rows;
/** Of pt, by jet. */
let medians: number[];
beforeAll(async () => {
  await makeTinyBundle(bundle, { task: 'simulation' });
  writeFileSync(jets, csvOf(makeReferenceJets(JETS, 3).columns));
  plain = await sampled();
  medians = (await predicted('--median')).map((row) => row.pt_q50!);
});

/** What the formula makes of a prediction. */
function varied(row: Rows[number], scale: number, resolution: number): { pt: number; mass: number } {
  const median = medians[row.jet_index!]!;
  const pt = Math.max(0.01, scale * (median + resolution * (row.pt! - median)));
  return { pt, mass: (row.mass! * pt) / row.pt! };
}

function expectClose(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(3e-6 * Math.abs(expected) + 1e-6);
}

test('pt and mass follow the formula, and the angles stay', async () => {
  const made = await sampled('--pt-scale 1.02 --pt-resolution 1.5');
  expect(Object.keys(made[0]!)).toEqual(Object.keys(plain[0]!));
  for (const [i, row] of made.entries()) {
    const expected = varied(plain[i]!, 1.02, 1.5);
    expectClose(row.pt!, expected.pt);
    expectClose(row.mass!, expected.mass);
    expect([row.eta, row.phi]).toEqual([plain[i]!.eta, plain[i]!.phi]);
  }
  expect(await sampled('--pt-scale 1 --pt-resolution 1')).toEqual(plain);
});

test('up and down come in one call, in lists and in quantiles too', async () => {
  const sides = [
    ['', 1.1],
    ['_up', 1.3],
    ['_down', 0.9],
  ] as const;
  const made = await sampled('--pt-resolution 1.1,1.3,0.9');
  expect(Object.keys(made[0]!).slice(-8)).toEqual([
    'pt',
    'eta',
    'phi',
    'mass',
    'pt_up',
    'mass_up',
    'pt_down',
    'mass_down',
  ]);
  for (const [i, row] of made.entries())
    for (const [suffix, factor] of sides) {
      expectClose(row[`pt${suffix}`]!, varied(plain[i]!, 1, factor).pt);
      expectClose(row[`mass${suffix}`]!, varied(plain[i]!, 1, factor).mass);
    }
  const few = await sampled('--pt-resolution 1.1,1.3,0.9 --columns sample_index,pt');
  expect(Object.keys(few[0]!)).toEqual(['sample_index', 'pt', 'pt_up', 'pt_down']);
  expect(few.map((row) => row.pt_down)).toEqual(made.map((row) => row.pt_down));
  const [middle] = await sampled('--pt-resolution 1.1,1.3,0.9 --quantiles 0.5');
  expect(Object.keys(middle!)).toContain('mass_down_q50');
  const own = made.filter((row) => row.jet_index === 0).map((row) => row.pt_up!);
  own.sort((a, b) => a - b);
  expectClose(middle!.pt_up_q50!, (own[1]! + own[2]!) / 2);
});

test('predict: quantiles of pt are exact, the others those of varied samples', async () => {
  const levels = '--quantile 0.3 0.5';
  const before = await predicted(levels);
  const made = await predicted(`${levels} --pt-scale 1.1,1.2,0.8`);
  const fixed = await predicted(`${levels} --pt-resolution 2`);
  for (const [jet, row] of made.entries()) {
    for (const [suffix, scale] of [
      ['', 1.1],
      ['_up', 1.2],
      ['_down', 0.8],
    ] as const) {
      expectClose(row[`pt${suffix}_q30`]!, scale * before[jet]!.pt_q30!);
      // Of mass all samples of a jet have one factor.
      expectClose(row[`mass${suffix}_q50`]!, scale * before[jet]!.mass_q50!);
    }
    expect([row.eta_q50, row.phi_q30]).toEqual([before[jet]!.eta_q50, before[jet]!.phi_q30]);
    expectClose(fixed[jet]!.pt_q50!, before[jet]!.pt_q50!);
    const low = before[jet]!.pt_q50! + 2 * (before[jet]!.pt_q30! - before[jet]!.pt_q50!);
    expectClose(fixed[jet]!.pt_q30!, Math.max(0.01, low));
  }
});

const INPUTS = [
  { name: 'JetEta', type: 'real' },
  { name: 'JetPt', type: 'real' },
  { name: 'systematic', type: 'string' },
];
const category = (...values: number[]) => ({
  nodetype: 'category',
  input: 'systematic',
  content: ['nom', 'up', 'down'].map((key, i) => ({ key, value: values[i] })),
});
/** By eta below and above 0, and by pt below 40, 60 and above. */
const TABLE = {
  nodetype: 'multibinning',
  inputs: ['JetEta', 'JetPt'],
  edges: [
    [-10, 0, 10],
    [0, 40, 60, 'inf'],
  ],
  content: [1.1, 1.2, 1.3, 1.4, 1.5, 1.6].map((value) => category(value, value + 1, value - 0.5)),
  flow: 'error',
};
const correction = (data: unknown, name = 'SF', inputs: unknown = INPUTS) => ({
  ...{ name, version: 1, inputs, output: { name: 'sf', type: 'real' }, data },
});
function written(name: string, ...corrections: unknown[]): string {
  const text = JSON.stringify({ schema_version: 2, corrections });
  writeFileSync(at(name), name.endsWith('.gz') ? gzipSync(text) : text);
  return at(name);
}

test.each(['sf.json', 'sf.json.gz'])('a table of correctionlib at the predicted jets: %s', async (name) => {
  const file = written(name, correction(1, 'other', []), correction(TABLE));
  const made = await sampled(`--pt-scale ${file}:SF`);
  const seen = new Set<number>();
  for (const [i, row] of made.entries()) {
    const { eta, pt } = plain[i] as Record<string, number>;
    const factor = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6][
      3 * Number(eta! >= 0) + Number(pt! >= 40) + Number(pt! >= 60)
    ]!;
    seen.add(factor);
    expectClose(row.pt!, varied(plain[i]!, factor, 1).pt);
    expectClose(row.pt_up!, varied(plain[i]!, factor + 1, 1).pt);
    expectClose(row.mass_down!, varied(plain[i]!, factor - 0.5, 1).mass);
  }
  expect(seen.size).toBeGreaterThan(3);
});

test.each<[string, object, (eta: number) => number]>([
  ['clamp', { edges: [-0.5, 0, 0.5], content: [1.1, 1.2], flow: 'clamp' }, (eta) => (eta < 0 ? 1.1 : 1.2)],
  [
    'even bins, and a number beside them',
    { edges: { n: 2, low: -0.5, high: 0.5 }, content: [1.1, 1.2], flow: 1.5 },
    (eta) => (eta < -0.5 || eta >= 0.5 ? 1.5 : eta < 0 ? 1.1 : 1.2),
  ],
  [
    'wrapped round',
    { edges: [0, 0.5, 1], content: [1.1, 1.2], flow: 'wrap' },
    (eta) => (eta - Math.floor(eta) < 0.5 ? 1.1 : 1.2),
  ],
])('what lies beside the bins: %s', async (_, table, factorOf) => {
  const file = written(
    'flow.json',
    correction({ nodetype: 'binning', input: 'JetEta', ...table }, 'SF', INPUTS.slice(0, 1)),
  );
  const made = await sampled(`--pt-scale ${file}`);
  expect(Object.keys(made[0]!)).not.toContain('pt_up');
  for (const [i, row] of made.entries())
    expectClose(row.pt!, varied(plain[i]!, factorOf(plain[i]!.eta!), 1).pt);
});

test('shards, merge and the manifest know a variation; another one is refused', async () => {
  const run = (output: string, more: string) =>
    runLine(
      `sample ${bundle} ${jets} -o ${at(output)} --samples 20000 --quantiles 0.5 --threads 1 --quiet ${more}`,
    );
  expect(await run('whole', '--pt-scale 1,1.1,0.9')).toMatchObject({ code: 0 });
  for (const shard of [0, 1])
    expect(await run(`part-${shard}`, `--pt-scale 1,1.1,0.9 --shard ${shard}/2`)).toMatchObject({ code: 0 });
  await printedBy(`merge ${at('part-0')} ${at('part-1')} -o ${at('merged')} --quiet`);
  const files = readdirSync(at('whole')).filter((name) => name.startsWith('predictions-'));
  expect(files.length).toBeGreaterThan(1);
  for (const name of files)
    expect(readFileSync(join(at('merged'), name))).toEqual(readFileSync(join(at('whole'), name)));
  const { job } = JSON.parse(readFileSync(join(at('merged'), '_manifest.json'), 'utf8'));
  expect(job.contents.variation).toEqual({ pt_scale: '1,1.1,0.9', pt_resolution: '1' });
  const other = await run('whole', '--resume --pt-scale 1,1.1,0.8');
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('variation') });
});

test('pt that would be below 0 is held, counted and said', async () => {
  const { code, stdout, stderr } = await runLine(
    `sample ${bundle} ${jets} -o ${at('held')} --samples 50 --threads 1 --json --pt-resolution 30`,
  );
  expect(code).toBe(0);
  const { held } = JSON.parse(stdout);
  expect(held).toBeGreaterThan(0);
  expect(stderr).toContain(`${held} values of pt below 0.01 GeV after smearing are held there`);
});

const formula = { nodetype: 'formula', expression: '1+x', parser: 'TFormula', variables: ['JetPt'] };
test.each<[string, () => string, RegExp]>([
  ['a negative factor', () => '--pt-scale -1', /Give a factor above 0/],
  ['two factors', () => '--pt-scale 1,2', /Give a factor above 0, three between commas/],
  [
    'two that vary',
    () => '--pt-scale 1,1.1,0.9 --pt-resolution 1,1.1,0.9',
    /both have an up and a down; vary one/,
  ],
  ['no file', () => `--pt-scale ${at('nowhere.json')}`, /nowhere\.json: is no correctionlib file: ENOENT/],
  [
    'a file of something else',
    () => `--pt-scale ${join(bundle, 'model.json')}`,
    /is no correctionlib file of schema 2/,
  ],
  [
    'which correction is unknown',
    () => `--pt-scale ${written('two.json', correction(1, 'a', []), correction(1, 'b', []))}`,
    /has 2 corrections; name one behind a colon, FILE:NAME, of a, b/,
  ],
  [
    'no such correction',
    () => `--pt-scale ${written('one.json', correction(1))}:b`,
    /has no correction b; name one/,
  ],
  [
    'a formula',
    () => `--pt-scale ${written('f.json', correction(formula))}`,
    /SF has a node of kind formula; read are tables/,
  ],
  [
    'another input',
    () => `--pt-scale ${written('r.json', correction(1, 'SF', [{ name: 'Rho', type: 'real' }]))}`,
    /SF wants Rho; give a correction by eta and pt/,
  ],
  [
    'jets beside all bins',
    () =>
      `--pt-scale ${written('n.json', correction({ nodetype: 'binning', input: 'JetEta', edges: [7, 8], content: [1], flow: 'error' }, 'SF', INPUTS.slice(0, 1)))}`,
    /n\.json: SF has no value at JetEta .*; leave such jets out, or give a number/,
  ],
  [
    'fewer values than bins',
    () => `--pt-scale ${written('c.json', correction({ ...TABLE, content: [1] }))}`,
    /SF is damaged \(1 values for 6 bins\)/,
  ],
])('%s is refused in one line', async (_, options, message) => {
  const { code, stderr } = await runLine(
    `sample ${bundle} ${jets} -o ${at('refused')} --threads 1 --overwrite --quiet ${options()}`,
  );
  expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
  expect(stderr).toMatch(message);
});
