import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../src/errors.js';
import { networkSpec, type TrainingOptions, trainingOptions } from '../../training/options.js';

const task = 'simulation';

test('defaults: the amortised network as it is shipped', () => {
  const options = trainingOptions({ task });
  expect(options).toMatchObject({
    network: 'amortised',
    tauInput: 'both',
    cells: 72,
    symmetric: false,
    learningRate: 5e-3,
    batch: 4096,
    lambda: 0.1,
    seed: 1,
  });
  expect(networkSpec(options)).toEqual({
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
