import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderFigure } from '../../src/report/figure.js';
import { loadBackend } from '../../training/backend.js';
import { readCheckpoint } from '../../training/checkpoint.js';
import { type CurvePlot, curveFigure } from '../../training/curve-figure.js';
import { createDataset } from '../../training/dataset.js';
import { evaluate, measureTails } from '../../training/evaluate.js';
import { readMetrics } from '../../training/metrics.js';
import { createNetwork } from '../../training/networks/create.js';
import { flatWeights } from '../../training/parameters.js';
import { readConfig } from '../../training/run-config.js';
import { writeTrainingPage } from '../../training/training-page.js';
import { makeReferenceJets } from '../reference-detector.js';
import { smallRun, trainSmall } from './small-run.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jet-iqn-page-'));
  await trainSmall(folder, { jets: 200, options: { epochs: 3 } });
});
afterAll(() => rm(folder, { recursive: true }));

test('a finished run has its curves, in one page that loads nothing and runs nothing', async () => {
  const page = await readFile(join(folder, 'training.html'), 'utf8');
  expect(page.match(/<svg/g)).toHaveLength(4);
  expect(page).not.toContain('described');
  expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(/);
  expect(page).toContain("default-src 'none'");
  for (const words of ['Pinball loss', 'Learning rate', 'Crossing quantiles', 'Epoch'])
    expect(page).toContain(words);
  expect(page.match(/<tr>/g)).toHaveLength(1 + 3);
});

test('training and validation losses are of the same weights, at the same quantiles, on as many jets', async () => {
  const { config, weights, state } = await readCheckpoint(folder, 'last');
  const network = createNetwork(config.network, (await loadBackend('plain')).kernels);
  const flat = flatWeights(config.network, weights);
  const { dataset } = await smallRun(folder, { jets: 200 });
  const last = (await readMetrics(folder)).at(-1)!;
  expect(last.step).toBe(state.step);
  for (const part of ['training', 'validation'] as const) {
    const jets = part === 'training' ? dataset.train : dataset.validation;
    const { sum } = evaluate(network, flat, jets, dataset.validation.count);
    expect(last[part]!.jets).toBe(dataset.validation.count);
    expect(last[part]!.sum).toBeCloseTo(sum, 10);
  }
  // In the same unit too, where the selection cuts pt off.
  const table = makeReferenceJets(400, 3);
  const { reco_pt } = table.columns as Record<string, Float32Array>;
  const cut = { ...table, columns: { ...table.columns, reco_pt: reco_pt!.map((pt) => Math.max(pt, 20)) } };
  const { train, validation } = createDataset(cut, {
    ...(await smallRun(folder, { jets: 200 })).config.options,
  });
  const { mean, sd, ratioSd } = validation.ptUnit!;
  expect(train.ptUnit).toMatchObject({ mean, sd, ratioSd });
});

test('what comes from the user is escaped', async () => {
  const config = await readConfig(folder);
  const { state } = await readCheckpoint(folder, 'last');
  await writeTrainingPage(
    folder,
    { ...config, name: '<b>x</b>', command: '<script>alert(1)</script>' },
    state,
  );
  const page = await readFile(join(folder, 'training.html'), 'utf8');
  expect(page).not.toContain('<script>');
  expect(page).toContain('&lt;b&gt;x');
});

test('the tails of a finished run are those of its weights', async () => {
  const { config, weights, state } = await readCheckpoint(folder, 'best');
  const { kernels } = await loadBackend('plain');
  const network = createNetwork(config.network, kernels);
  const flat = flatWeights(config.network, weights);
  const { validation } = (await smallRun(folder, { jets: 200 })).dataset;
  const tails = measureTails(network, flat, validation, 1e4);
  expect(state.tails).toEqual(tails);
  expect(tails.pairs).toBe(validation.count * 200);
  const far = evaluate(network, flat, validation, validation.count, [0.999]);
  expect(tails.pinball.mass[1]).toBeCloseTo(far.pinball.mass, 10);
});

function plot(ys: readonly number[], log: boolean): CurvePlot {
  return {
    curves: [{ name: 'curve', points: ys.map((y, x) => ({ x, y })) }],
    x: { title: 'Epoch' },
    y: { title: 'Rate', log },
    heading: ['', ''],
    description: 'A curve.',
  };
}

test.each([
  ['many', [1, 0.5, 0.3], false],
  ['one point', [0.7], false],
  ['none', [], false],
  ['all alike', [3, 3, 3], false],
  ['zeros', [0, 0], false],
  ['zeros on a logarithmic axis', [0, 0], true],
  ['no number among them', [1, Number.NaN, 2, Number.POSITIVE_INFINITY], false],
  ['close together on a logarithmic axis', [2e-12, 2.1e-12], true],
  ['one point on a logarithmic axis', [4e-6], true],
  ['many decades', [1e-12, 1, 1e9], true],
] as const)('%s', async (_, ys, log) => {
  const svg = await renderFigure(curveFigure(plot(ys, log)));
  expect(svg).toContain('A curve.');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('a share has no axis below zero, and each of several curves its name', async () => {
  const { panels } = curveFigure(plot([0, 0.1], false));
  expect(panels[0]!.scales![1]).toMatchObject({ domain: [0, expect.any(Number)] });
  const two = plot([1, 2], false);
  const curves = ['first', 'second'].map((name) => ({ ...two.curves[0]!, name }));
  const svg = await renderFigure(curveFigure({ ...two, curves }));
  expect(svg).toContain('first');
  expect(svg).toContain('second');
});
