/** The loop from end to end on few jets: every option that changes its way, and every way to stop. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { InputError, InterruptedError, RunError } from '../../src/errors.js';
import type { JetsTable } from '../../src/jets/table.js';
import { BACKENDS, type Backend, loadBackend } from '../../training/backend.js';
import { readCheckpoint } from '../../training/checkpoint.js';
import { evaluate, VALIDATION_TAU } from '../../training/evaluate.js';
import { readMetrics } from '../../training/metrics.js';
import { createNetwork } from '../../training/networks/create.js';
import { flatWeights } from '../../training/parameters.js';
import { train } from '../../training/train.js';
import { createTrainer } from '../../training/trainer.js';
import { expectedPinball, makeReferenceJets } from '../reference-detector.js';
import { numbers } from './networks/every-network.js';
import { smallRun, trainSmall } from './small-run.js';

const backends: Backend[] = [];
for (const name of BACKENDS) {
  const backend = await loadBackend(name).catch(() => undefined);
  if (backend) backends.push(backend);
  else process.stderr.write(`train.test: ${name} is not installed here; it is not tested\n`);
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jet-iqn-train-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Reference jets with a column that decides their response's width, and one of weights. */
function jetsWithColumns(count: number): JetsTable {
  const table = makeReferenceJets(count, 3);
  const rho = Float32Array.from(numbers(count, 50), (value) => 20 + 10 * value);
  const weight = Float32Array.from(numbers(count, 51), (value) => 1 + value);
  return { ...table, columns: { ...table.columns, rho, weight } };
}

describe('options', () => {
  test.each([
    ['--schedule cosine', { schedule: 'cosine' }],
    ['--schedule paper', { schedule: 'paper' }],
    ['--ema 0.9', { ema: 0.9 }],
    ['--network paper', { network: 'paper' }],
    ['--network monotone', { network: 'monotone' }],
    ['--tau-input both', { tauInput: 'both' }],
    ['--lambda 100', { lambda: 100 }],
    ['--tau-sampling ends', { tauSampling: 'ends' }],
  ] as const)('%s: trains, validates, saves', async (_, options) => {
    const { state, validation } = await trainSmall(folder, { options });
    expect(state.finished).toBe(true);
    expect(state.epoch).toBeCloseTo(2, 10);
    expect(validation.sum).toBeGreaterThan(0.2);
    expect(validation.sum).toBeLessThan(1.6);
    const { state: best } = await readCheckpoint(folder, 'best');
    expect(best.finished).toBe(true);
    expect(best.validation).toEqual(validation);
    const lines = await readMetrics(folder);
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const line of lines)
      for (const value of Object.values(line)) if (typeof value === 'number') expect(value).not.toBeNaN();
  });

  test('--inputs and --weight: extra columns are read, standardised and kept in the config', async () => {
    const table = jetsWithColumns(400);
    const run = await smallRun(folder, { table, options: { inputs: ['rho'], weight: 'weight' } });
    expect(run.config.network.inputs).toBe(5 + run.config.harmonics!.length);
    expect(run.config.inputs[4]).toMatchObject({ column: 'rho', transform: 'identity' });
    expect(run.config.inputs[4]!.mean).toBeCloseTo(20, -1);
    expect(run.config.range.rho![0]).toBeGreaterThanOrEqual(10);
    const { weights } = run.dataset.train;
    expect(weights!.reduce((sum, value) => sum + value, 0) / weights!.length).toBeCloseTo(1, 5);
    expect((await train(run)).state.finished).toBe(true);
  });

  test('a weight of zero is a jet that is not there', async () => {
    const table = jetsWithColumns(400);
    const [kept, spoilt] = [table.columns.reco_pt!, table.columns.reco_pt!.slice()];
    const weight = Float32Array.from(kept, (_, jet) => (jet % 3 === 0 ? 0 : 1));
    for (let jet = 0; jet < table.rows; jet += 3) spoilt[jet] = 1e4;
    const options = { weight: 'weight', epochs: 1 } as const;
    const plain = await smallRun(join(folder, 'a'), {
      table: { ...table, columns: { ...table.columns, weight } },
      options,
    });
    const other = await smallRun(join(folder, 'b'), {
      table: { ...table, columns: { ...table.columns, weight, reco_pt: spoilt } },
      options,
    });
    // Standardised alike, so that jets without weight are the only difference.
    const targets = other.dataset.train.targets.slice();
    for (let i = 0; i < targets.length; i += 4)
      if (other.dataset.train.weights![i >>> 2]! > 0) targets[i] = plain.dataset.train.targets[i]!;
    const replaced = { ...plain.dataset, train: { ...plain.dataset.train, targets } };
    await train(plain);
    await train({ ...other, config: plain.config, dataset: replaced });
    const [a, b] = await Promise.all(['a', 'b'].map((name) => readCheckpoint(join(folder, name), 'last')));
    expect(a!.state.sha256).toBe(b!.state.sha256);
  });

  test('a column that is missing, or a negative weight, is refused by name', async () => {
    const table = jetsWithColumns(100);
    await expect(smallRun(folder, { table, options: { inputs: ['flavour'] } })).rejects.toThrow(
      /no column flavour/,
    );
    table.columns.weight![5] = -1;
    await expect(smallRun(folder, { table, options: { weight: 'weight' } })).rejects.toThrow(
      /row 6: weight is -1/,
    );
    await expect(smallRun(folder, { jets: 2 })).rejects.toBeInstanceOf(InputError);
  });

  test('--max-time ends the run and its schedule in time', async () => {
    // A busy machine may spend a quarter of a second in one step: every look at this clock takes 2 ms.
    let clock = 0;
    const now = jest.spyOn(performance, 'now').mockImplementation(() => (clock += 2));
    const { state } = await trainSmall(folder, { options: { maxSeconds: 1, epochs: 1e6 } });
    now.mockRestore();
    expect(state.finished).toBe(true);
    expect(state.seconds).toBeGreaterThanOrEqual(1);
    const lines = await readMetrics(folder);
    // Of a peak of 5e-3: the cosine of the last hundredth of the time is 2.5e-4 of it.
    expect(lines.at(-1)!.rate).toBeLessThan(1.3e-6);
  });

  test('averaged weights are another network than the trained ones, validated as such', async () => {
    await trainSmall(folder, { options: { ema: 0.9 } });
    const { state, weights, config } = await readCheckpoint(folder, 'last');
    const run = await smallRun(folder, { options: { ema: 0.9 } });
    const network = createNetwork(config.network, run.backend.kernels);
    const again = evaluate(network, flatWeights(config.network, weights), run.dataset.validation, 100);
    expect(again.sum).toBeCloseTo(state.validation!.sum, 10);
  });

  test('the same seed gives the same weights, another seed others', async () => {
    for (const [name, seed] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ] as const)
      await trainSmall(join(folder, name), { jets: 200, options: { seed } });
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await readCheckpoint(join(folder, name), 'last')).state.sha256),
    );
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
});

describe('failures', () => {
  test('a loss that explodes stops the run, names the step and the last good checkpoint', async () => {
    const run = await smallRun(folder, { options: { network: 'paper', epochs: 3 } });
    await train(run);
    const { state } = await readCheckpoint(folder, 'last');
    const wild = { ...run.config, options: { ...run.config.options, epochs: 50, learningRate: 1e8 } };
    await rm(join(folder, 'best'), { recursive: true });
    const second = join(folder, 'second');
    const failure = train({ ...run, folder: second, config: wild });
    await expect(failure).rejects.toBeInstanceOf(RunError);
    await expect(failure).rejects.toThrow(/exploded or is no number at step \d+; .*--set learning-rate/);
    expect((await readCheckpoint(folder, 'last')).state.sha256).toBe(state.sha256);
  });

  test('a value that is no number stops it at its step, and the good checkpoint stays', async () => {
    const run = await smallRun(folder, { options: { epochs: 4 } });
    const interrupted = new AbortController();
    interrupted.abort();
    await expect(train({ ...run, signal: interrupted.signal })).rejects.toBeInstanceOf(InterruptedError);
    const { state } = await readCheckpoint(folder, 'last');
    const targets = run.dataset.train.targets.slice().fill(Number.NaN);
    const spoilt = { ...run.dataset, train: { ...run.dataset.train, targets } };
    await expect(train({ ...run, dataset: spoilt, resume: true })).rejects.toThrow(
      new RegExp(`at step ${state.step + 1}; the last good checkpoint is .*last, of step ${state.step}`),
    );
    expect((await readCheckpoint(folder, 'last')).state.sha256).toBe(state.sha256);
  });
});

describe.each(backends)('$name', (backend) => {
  test('the number of tensors is flat', async () => {
    for (const network of ['paper', 'amortised', 'monotone'] as const) {
      const { dataset, config } = await smallRun(folder, {
        jets: 100,
        backend,
        options: { network, batch: 16 },
      });
      const trainer = createTrainer(config.options, dataset.train, backend.kernels);
      const counts = new Set<number>();
      for (let step = 0; step < (backend.name === 'tfjs-node' ? 1000 : 50); step++) {
        trainer.advance(step / 1000);
        counts.add(backend.kernels.held);
      }
      expect([...counts]).toEqual([0]);
    }
  });

  test('learns the reference detector: close to the least loss that any model can have', async () => {
    const fast = backend.name === 'tfjs-node';
    const options = fast
      ? ({ epochs: 10, batch: 1024, trunk: [24], head: [12, 12], learningRate: 1e-2 } as const)
      : ({ epochs: 3, batch: 128, trunk: [16], head: [8, 8], learningRate: 1e-2 } as const);
    const jets = fast ? 20_000 : 3000;
    const { validation } = await trainSmall(folder, { jets, backend, options });
    const { targets } = (await smallRun(folder, { jets, backend, options })).config;
    const least = expectedPinball(makeReferenceJets(jets, 3), 'simulation', VALIDATION_TAU).map(
      (loss, step) => loss / targets[step]!.sd,
    );
    const ratio = validation.sum / least.reduce((sum, loss) => sum + loss, 0);
    // Not below it but for the scatter of a tenth of the jets.
    expect(ratio).toBeGreaterThan(fast ? 0.97 : 0.9);
    expect(ratio).toBeLessThan(fast ? 1.03 : 1.15);
    process.stderr.write(`train.test: ${backend.name} reaches ${ratio.toFixed(3)} times the least loss\n`);
  });
});
