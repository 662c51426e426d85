#!/usr/bin/env node
/**
 * `npm run bench:pareto [-- BUNDLE… --python PATH --jets FILE --output FOLDER --quick]`: how fast each bundle is sampled
 * by each engine, against how well a classifier tells its jets from true ones: pareto.json and a figure for each task.
 *
 * Speed is that of a study's whole pass by one worker: tau, network, ranks, medians, spectra, journal. Fidelity stands on
 * the bundle's card: what `npm run card` wrote there of its study. Peers, where a Python
 * with torch is given, predict and keep nothing: the paper's network in torch, and, where the file that the bundles were
 * trained on is given too, a normalising flow, trained on its jets on one core.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { readBundle } from '../../src/model/bundle-node.js';
import { loadAddon } from '../../src/model/native/addon.js';
import { describeHead } from '../../src/model/wasm/head-node.js';
import { renderFigure } from '../../src/report/figure.js';
import { version } from '../../src/version.js';
import { type Contestant, measure } from '../harness.js';
import { machine } from '../machine.js';
import { startPeer } from '../peers/peer.js';
import { openRoofline } from '../roofline.js';
import { studyPass } from '../study-pass.js';
import { benchTable } from '../table.js';
import { type Fidelity, fidelityOf } from './fidelity.js';
import { paretoFigure } from './figure.js';
import { type FlowOptions, startFlow, trainedFlow } from './flow.js';
import type { ParetoPoint } from './point.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Where the trained flow is kept. */
const FLOW_FOLDER = join(ROOT, 'out', 'pareto', 'flow');
/** Predictions of torch made together: near its best on one core. */
const TORCH_BATCHES = [1024, 4096, 16384];

interface Options {
  readonly python?: string;
  readonly jets?: string;
  readonly flowMinutes: string;
  readonly output: string;
  readonly quick: boolean;
}

/** A point without its speed, and what is timed for it. */
interface Entry {
  readonly point: Omit<ParetoPoint, 'perSecond'>;
  readonly contestant: Contestant;
  close(): Promise<void>;
}

await new Command('bench:pareto')
  .argument('[bundles...]', 'folders of bundles (default: the shipped ones)')
  .option('--python <path>', 'a Python with torch, for a point of the paper’s network in it')
  .option('--jets <file>', 'the bundles’ training file, for a normalising flow (needs --python, with zuko)')
  .option('--flow-minutes <n>', 'processor time to train the flow in', '15')
  .option(
    '--output <folder>',
    'where pareto.json and the figures go',
    join(ROOT, 'bench', 'results', 'pareto'),
  )
  .option('--quick', 'rough: shows that it runs', false)
  .action(main)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parseAsync();

async function main(bundles: string[], { python, jets, flowMinutes, output, quick }: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-pareto-'));
  const entries: Entry[] = [];
  const roofline = await openRoofline();
  try {
    for (const bundle of bundles.length > 0 ? bundles : await shipped())
      entries.push(...(await entriesOf(resolve(bundle), folder, python)));
    if (python && jets) entries.push(await flowEntry({ python, jets, minutes: Number(flowMinutes) }));
    const [first] = entries;
    if (!first)
      throw new Error('no bundle has a study on its card; npm run card -- BUNDLE REPORT puts it there');
    const result = await measure(
      {
        name: 'pareto',
        title: 'Each bundle by each engine, the pass of a study by one worker',
        unit: 'predictions',
        reference: first.contestant.name,
        prepare: async () => ({ contestants: entries.map(({ contestant }) => contestant) }),
      },
      { rounds: quick ? 1 : 5, secondsPerTurn: quick ? 0.1 : 1, quick, roofline },
    );
    process.stdout.write(`${benchTable(result)}\n`);
    const points = entries.map(
      ({ point, contestant }): ParetoPoint => ({
        ...point,
        perSecond: result.contestants.find(({ name }) => name === contestant.name)!.perSecond,
      }),
    );
    await writeResults(resolve(output), points, quick);
  } finally {
    for (const { close } of entries) await close();
    await roofline.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function shipped(): Promise<string[]> {
  const found = await readdir(join(ROOT, 'models'), { withFileTypes: true });
  return found.filter((entry) => entry.isDirectory()).map(({ name }) => join(ROOT, 'models', name));
}

/** A bundle by all engines that can run it; none where its card has no study. */
async function entriesOf(bundle: string, folder: string, python: string | undefined): Promise<Entry[]> {
  const { card } = await readBundle(bundle);
  const fidelity = fidelityOf(card);
  const name = basename(bundle);
  if (!fidelity) {
    process.stderr.write(`${name} has no study on its card: left out\n`);
    return [];
  }
  const engines = ['ort', 'wasm', ...('addon' in loadAddon() ? (['native'] as const) : [])] as const;
  const entries: Entry[] = [];
  for (const engine of engines) {
    const pass = await studyPass(bundle, engine, join(folder, `${name}-${engine}`), 1, 1);
    entries.push({
      point: pointOf(name, engine, fidelity),
      contestant: { name: `${name}, ${engine}`, ...pass.contestant },
      close: pass.close,
    });
  }
  if (python && card.network.kind === 'paper') {
    const peer = await startPeer('torch', { python, bundle, cores: 1, batches: TORCH_BATCHES });
    const contestant = { ...peer, name: `${name}, torch` } as Contestant;
    entries.push({ point: pointOf(name, 'torch', fidelity), contestant, close: peer.close });
  }
  return entries;
}

async function flowEntry(options: Omit<FlowOptions, 'folder'>): Promise<Entry> {
  const flow = { ...options, folder: FLOW_FOLDER };
  const fidelity = await trainedFlow(flow);
  const peer = await startFlow(flow, TORCH_BATCHES);
  return { point: pointOf('zuko', 'zuko', fidelity), contestant: peer as Contestant, close: peer.close };
}

function pointOf(bundle: string, engine: ParetoPoint['engine'], fidelity: Fidelity): Entry['point'] {
  return { bundle, engine, ...fidelity };
}

async function writeResults(output: string, points: readonly ParetoPoint[], quick: boolean): Promise<void> {
  await mkdir(output, { recursive: true });
  const record = {
    date: new Date().toISOString(),
    machine: machine(),
    node: process.version,
    wasm: await describeHead(),
    version,
    quick,
    points,
  };
  await writeFile(join(output, 'pareto.json'), `${JSON.stringify(record, null, 2)}\n`);
  for (const task of new Set(points.map((point) => point.task))) {
    const file = join(output, `${task}.svg`);
    await writeFile(file, await renderFigure(paretoFigure(points.filter((point) => point.task === task))));
    process.stdout.write(`${file}\n`);
  }
}
