import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InputError, UsageError } from '../../src/errors.js';
import { networkSpec, type TrainingOptions, trainingOptions } from '../../training/options.js';
import { type RunConfig, readConfig, writeConfig } from '../../training/run-config.js';
import { SCHEDULES, scheduled } from '../../training/schedule.js';
import { makeTinyRun } from '../tiny-run.js';

const task = 'simulation';

test('defaults: the amortised network as it is shipped', () => {
  expect(networkSpec(trainingOptions({ task }))).toEqual({
    kind: 'amortised',
    // Sine and cosine of three harmonics of the cells for eta and for phi, and three cosines of the regions of eta.
    inputs: 4 + 2 * 3 * 2 + 3,
    trunk: [128, 128, 128],
    head: [24, 24, 24],
    slope: 0.3,
    tauInput: 'both',
    centreAndWidth: true,
  });
});

test("the paper's network reads jets and tau as the paper does", () => {
  expect(networkSpec(trainingOptions({ task, network: 'paper' }))).toEqual({
    kind: 'paper',
    inputs: 4,
    width: 50,
    depth: 5,
    slope: 0.3,
    tauInput: 'affine',
  });
});

test('the monotone network is an amortised one to all that comes after', () => {
  expect(networkSpec(trainingOptions({ task, network: 'monotone' }))).toEqual(
    networkSpec(trainingOptions({ task })),
  );
});

test('what was checked once passes again: a resumed run reads its own options', () => {
  for (const network of ['paper', 'amortised', 'monotone'] as const) {
    const options = trainingOptions({ task, network, epochs: 3, inputs: ['rho'], weight: 'w' });
    expect(trainingOptions(JSON.parse(JSON.stringify(options)))).toEqual(options);
  }
});

const WRONG: [string, Partial<Record<keyof TrainingOptions, unknown>>, RegExp][] = [
  ['an unknown task', { task: 'smearing' }, /--task must be one of/],
  ['an unknown network', { network: 'flow' }, /--network must be one of/],
  ['an unknown schedule', { schedule: 'linear' }, /--set schedule must be one of/],
  ['a negative lambda', { lambda: -1 }, /--set lambda must lie between/],
  ['no epochs', { epochs: 0 }, /--epochs must lie between/],
  ['a rate that is no number', { learningRate: Number.NaN }, /--set learning-rate must lie between/],
  ['an average that never moves', { ema: 1 }, /--set ema must lie between/],
  ['half a row', { batch: 100.5 }, /--batch must be a whole number/],
  ['rows that are no jets', { batch: 102 }, /--batch must be a multiple of 4/],
  ['no trunk', { trunk: [] }, /--set trunk needs at least one layer/],
  ['an empty head layer', { head: [24, 0] }, /--head must lie between/],
  ['the width of another network', { width: 60 }, /--set width does nothing with --network amortised/],
  [
    'the head of another network',
    { network: 'paper', head: [8] },
    /--head does nothing with --network paper/,
  ],
  [
    'no centre where there is none',
    { network: 'paper', centreAndWidth: false },
    /--set centre-and-width does nothing with --network paper/,
  ],
  ['an input twice', { inputs: ['rho', 'rho'] }, /--inputs names a column twice/],
  ['the answer among the inputs', { inputs: ['reco_pt'] }, /--inputs takes columns beside the jets' own/],
  ['an input that is read anyway', { inputs: ['pt'] }, /--inputs takes columns beside the jets' own/],
  ['a weight as input', { inputs: ['w'], weight: 'w' }, /--weight w is one of --inputs/],
  ['a jet column as weight', { weight: 'gen_pt' }, /--weight must be a column beside/],
  ['no patience', { patience: 0 }, /--set patience must lie between/],
];

describe('refused, naming the option', () => {
  test.each(WRONG)('%s', (_, given, message) => {
    const call = () => trainingOptions({ task, ...given } as Parameters<typeof trainingOptions>[0]);
    expect(call).toThrow(UsageError);
    expect(call).toThrow(message);
  });
});

test('one-cycle: rises over the first tenth, falls over the rest, beta1 the other way', () => {
  expect(scheduled('one-cycle', 0, 1).rate).toBeCloseTo(1 / 25, 12);
  expect(scheduled('one-cycle', 0, 1).beta1).toBeCloseTo(0.95, 12);
  expect(scheduled('one-cycle', 0.1, 2e-3)).toEqual({ rate: 2e-3, beta1: 0.85 });
  expect(scheduled('one-cycle', 0.05, 1).rate).toBeCloseTo((1 + 1 / 25) / 2, 10);
  expect(scheduled('one-cycle', 0.55, 1).rate).toBeCloseTo(0.500002, 8);
  expect(scheduled('one-cycle', 0.55, 1).beta1).toBeCloseTo(0.9, 10);
  // torch.optim.lr_scheduler.OneCycleLR: final_div_factor 1e4 below the first rate.
  expect(scheduled('one-cycle', 1, 1).rate).toBeCloseTo(4e-6, 10);
  expect(scheduled('one-cycle', 1, 1).beta1).toBeCloseTo(0.95, 10);
});

test('cosine: a linear warm-up over a twentieth, then down to nothing', () => {
  expect(scheduled('cosine', 0, 1).rate).toBe(0);
  expect(scheduled('cosine', 0.025, 1).rate).toBeCloseTo(0.5, 10);
  expect(scheduled('cosine', 0.05, 1).rate).toBe(1);
  expect(scheduled('cosine', 0.525, 1).rate).toBeCloseTo(0.5, 10);
  expect(scheduled('cosine', 1, 1).rate).toBeCloseTo(0, 10);
});

test('paper: four cycles, 1e-3 … 1e-6', () => {
  const rates = [0, 0.249, 0.25, 0.5, 0.75, 1].map((done) => scheduled('paper', done, 1e-3).rate);
  [1e-3, 1e-3, 1e-4, 1e-5, 1e-6, 1e-6].forEach((rate, i) => {
    expect(rates[i]! / rate).toBeCloseTo(1, 10);
  });
});

test.each(SCHEDULES)('%s never leaves [0, peak], past the end either', (schedule) => {
  for (let done = 0; done <= 1.2; done += 0.01) {
    const { rate, beta1 } = scheduled(schedule, done, 0.01);
    expect(rate).toBeGreaterThanOrEqual(0);
    expect(rate).toBeLessThanOrEqual(0.01);
    expect(beta1).toBeGreaterThanOrEqual(0.85);
    expect(beta1).toBeLessThan(1);
  }
});

const HOSTILE: Record<string, (config: RunConfig) => unknown> = {
  'no object': () => [],
  null: () => null,
  'another format': (config) => ({ ...config, format: 'jet-iqn-run/9' }),
  'no network': ({ network, ...rest }) => rest,
  'a network of a billion units': (config) => ({ ...config, network: { ...config.network, head: [1e9] } }),
  'a network as deep as memory': (config) => ({
    ...config,
    network: { kind: 'paper', inputs: 4, width: 4, depth: 4294967295, slope: 0.3, tauInput: 'logit' },
  }),
  'layers that are no list': (config) => ({
    ...config,
    network: { ...config.network, trunk: { length: 2 ** 31 } },
  }),
  'a prototype': (config) => ({ ...config, network: JSON.parse('{"__proto__": {"kind": "paper"}}') }),
  'other inputs than the network': (config) => ({ ...config, inputs: [] }),
  'a width of zero': (config) => ({ ...config, inputs: config.inputs.map((input) => ({ ...input, sd: 0 })) }),
};

let folder: string;
let run: RunConfig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jet-iqn-config-'));
  await makeTinyRun(join(folder, 'run'));
  run = await readConfig(join(folder, 'run'));
});
afterAll(() => rm(folder, { recursive: true }));

test('what was written is read, and nothing else is left; a folder without it is refused', async () => {
  const again = join(folder, 'not', 'there', 'yet');
  await writeConfig(again, { ...run, name: 'again' });
  expect(await readConfig(again)).toEqual({ ...run, name: 'again' });
  expect(await readdir(again)).toEqual(['config.json']);
  await expect(readConfig(join(folder, 'nowhere'))).rejects.toThrow(/does not exist; a training run has one/);
});

test.each(Object.entries(HOSTILE))('config.json with %s is refused', async (_, change) => {
  await writeFile(join(folder, 'config.json'), JSON.stringify(change(run)));
  await expect(readConfig(folder)).rejects.toBeInstanceOf(InputError);
});
