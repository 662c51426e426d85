/**
 * npm run experiment -- pareto [BUNDLE… --python PATH -o FOLDER --quick]: how fast each bundle is sampled by each engine,
 * against how well a classifier tells its jets from true ones: pareto.csv, a figure for each task, the table of the README.
 *
 * Speed is that of a study's whole pass by one worker: tau, network, ranks, medians, spectra, journal. Fidelity stands on
 * the bundle's card: what `card` wrote there of its study. Torch, where a Python with it is given, predicts and keeps nothing.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { type Contestant, machine, measure } from '../bench/harness.js';
import { openRoofline } from '../bench/roofline.js';
import { studyPass } from '../bench/study-pass.js';
import { benchTable } from '../bench/table.js';
import { loadAddon } from '../src/engines/addon.js';
import { VARIABLES, type Variable } from '../src/jets/columns.js';
import { readBundle } from '../src/model/bundle-node.js';
import type { ModelCard } from '../src/model/card.js';
import { renderFigure } from '../src/report/figure.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { table } from './markdown.js';
import { type ParetoPoint, paretoFigure } from './pareto-figure.js';
import { startPeer } from './peer.js';
import { RECORDS, readRecord, writeRecord } from './records.js';

const MODELS = join(PROJECT_ROOT, 'models');
/** Predictions of torch made together: near its best on one core. */
const TORCH_BATCHES = [1024, 4096, 16384];
const ENGINES = ['ort', 'wasm', ...('addon' in loadAddon() ? (['native'] as const) : [])] as const;

interface Entry {
  readonly point: Omit<ParetoPoint, 'perSecond' | 'spread'>;
  readonly contestant: Contestant;
  close(): Promise<void>;
}

export async function main(words: string[]): Promise<void> {
  const command = new Command('pareto')
    .argument('[bundles...]', 'folders of bundles (default: the shipped ones)')
    .option('--python <path>', 'a Python with torch, for a point of the paper’s network in it')
    .option('-o, --output <folder>', 'for pareto.csv and the figures', RECORDS)
    .option('--quick', 'rough: shows that it runs', false)
    .parse(words, { from: 'user' });
  const { python, output, quick } = command.opts<{ python?: string; output: string; quick: boolean }>();
  const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-pareto-'));
  const entries: Entry[] = [];
  const roofline = await openRoofline();
  try {
    for (const bundle of command.args.length > 0 ? command.args : await shipped())
      entries.push(...(await entriesOf(resolve(bundle), folder, python)));
    const [first] = entries;
    if (!first) throw new Error('no bundle has a study on its card: npm run experiment -- card');
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
    const points = entries.map(({ point }, index): ParetoPoint => {
      const { median, spread } = result.contestants[index]!.perSecond;
      return { ...point, perSecond: median, spread };
    });
    // What was recorded of what cannot be had here stays: torch, and a flow of an earlier version.
    const recorded = (readRecord(join(RECORDS, 'pareto.csv')) as unknown as ParetoPoint[]).filter(
      ({ engine }) => !points.some((point) => point.engine === engine),
    );
    await write(resolve(output), [...points, ...recorded.map(numeric)]);
  } finally {
    for (const { close } of entries) await close();
    await roofline.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function shipped(): Promise<string[]> {
  const found = await readdir(MODELS, { withFileTypes: true });
  return found.filter((entry) => entry.isDirectory()).map(({ name }) => join(MODELS, name));
}

/** A bundle by all engines; none where its card has no study. */
async function entriesOf(bundle: string, folder: string, python: string | undefined): Promise<Entry[]> {
  const { card } = await readBundle(bundle);
  const fidelity = fidelityOf(card);
  const name = basename(bundle);
  if (!fidelity) {
    process.stderr.write(`${name} has no study on its card: left out\n`);
    return [];
  }
  const entries: Entry[] = [];
  for (const engine of ENGINES) {
    const pass = await studyPass(bundle, engine, join(folder, `${name}-${engine}`), 1, 1);
    const contestant = { name: `${name}, ${engine}`, ...pass.contestant };
    entries.push({ point: { bundle: name, ...fidelity, engine }, contestant, close: pass.close });
  }
  if (python && card.network.kind === 'paper') {
    const peer = await startPeer('torch', { python, bundle, cores: 1, batches: TORCH_BATCHES });
    const contestant = { ...peer, name: `${name}, torch` } as Contestant;
    entries.push({ point: { bundle: name, ...fidelity, engine: 'torch' }, contestant, close: peer.close });
  }
  return entries;
}

/** As the study of 50,000 jets on the card found it. @returns undefined where there is none. */
export function fidelityOf(card: ModelCard): Omit<Entry['point'], 'bundle' | 'engine'> | undefined {
  const study = card.metrics['test50k'] as
    | {
        jets: number;
        closure: Record<Variable, { ks: number }>;
        joint?: { auc: number; aucError: number };
      }
    | undefined;
  if (!study?.joint) return undefined;
  const { network } = card;
  return {
    task: card.task,
    network:
      network.kind === 'paper'
        ? `paper ${network.depth} × ${network.width}`
        : `amortised ${network.head.length} × ${network.head[0]}`,
    multiplications: card.multiplicationsPerPrediction,
    jets: study.jets,
    auc: study.joint.auc,
    aucError: study.joint.aucError,
    closureKs: Math.max(...VARIABLES.map((variable) => study.closure[variable].ks)),
  };
}

function numeric(point: ParetoPoint): ParetoPoint {
  const isText = (key: string) => ['task', 'bundle', 'network', 'engine'].includes(key);
  return Object.fromEntries(
    Object.entries(point).map(([key, value]) => [key, isText(key) ? value : Number(value)]),
  ) as unknown as ParetoPoint;
}

async function write(output: string, points: readonly ParetoPoint[]): Promise<void> {
  writeRecord(output, 'pareto', `npm run experiment -- pareto, one core of ${machine()}`, [...points]);
  for (const task of new Set(points.map((point) => point.task))) {
    const figure = paretoFigure(points.filter((point) => point.task === task));
    await writeFile(join(output, `pareto-${task}.svg`), await renderFigure(figure));
  }
  process.stdout.write(`${speedTable(points)}\n`);
}

/** Speeds of whole studies of the simulation, over that of the paper's network by ONNX Runtime. */
export function speedTable(points: readonly ParetoPoint[]): string {
  const own = points.filter(
    ({ task, engine }) => task === 'simulation' && engine in { ort: 0, wasm: 0, native: 0 },
  );
  const speed = (network: string, engine: string) =>
    own.find((point) => point.network === network && point.engine === engine)?.perSecond;
  const networks = [...new Set(own.map(({ network }) => network))].sort().reverse();
  const reference = speed(networks.find((network) => network.startsWith('paper'))!, 'ort')!;
  const cell = (network: string, engine: string) => {
    const value = speed(network, engine);
    return value === undefined ? '–' : `${(value / reference).toFixed(1)} (${(value / 1e6).toFixed(1)} M/s)`;
  };
  return table(
    ['network', '`ort`', '`wasm`', '`native`'],
    ['left', 'right', 'right', 'right'],
    networks.map((network) => [network, ...['ort', 'wasm', 'native'].map((engine) => cell(network, engine))]),
  );
}
