/**
 * npm run experiment -- front RUNS [--quick]: speed and fidelity of heads and trunks, from the runs that `npm run experiment
 * -- ablation JETS -o RUNS --only head…` trained: what each loses, and how fast a study samples with a network of its
 * shape. Prints a table of docs/ablation.md.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Contestant, type ContestantResult, machine, measure } from '../bench/harness.js';
import { openRoofline } from '../bench/roofline.js';
import { studyPass } from '../bench/study-pass.js';
import { benchTable } from '../bench/table.js';
import { loadAddon } from '../src/engines/addon.js';
import { UsageError } from '../src/errors.js';
import { multiplicationsPerPrediction, type NetworkSpec } from '../src/model/network-spec.js';
import { makeTinyBundle } from '../test/tiny-bundle.js';
import { readCheckpoint } from '../training/checkpoint.js';
import type { AblationResult } from './ablation.js';
import { table } from './markdown.js';
import { FRONT, FRONT_BASE } from './variants.js';

type AmortisedSpec = Extract<NetworkSpec, { kind: 'amortised' }>;

interface Run {
  readonly result: AblationResult;
  readonly network: AmortisedSpec;
}

export async function main([folder = '', option]: string[]): Promise<void> {
  const quick = option === '--quick';
  const runs: Run[] = [];
  for (const { name } of FRONT) runs.push(...(await runIn(resolve(folder, name))));
  if (!runs.some(({ result }) => result.name === FRONT_BASE))
    throw new UsageError(
      `${folder} has no finished run ${FRONT_BASE}; npm run experiment -- ablation makes it`,
    );
  process.stdout.write(`${section(runs, await timed(runs, quick))}\n`);
}

async function runIn(folder: string): Promise<Run[]> {
  const text = await readFile(join(folder, 'result.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const { config } = await readCheckpoint(folder, 'best');
  return [{ result: JSON.parse(text) as AblationResult, network: config.network as AmortisedSpec }];
}

/** The pass of a study by one worker, each shape with random weights: the speed does not depend on them. */
async function timed(runs: readonly Run[], quick: boolean): Promise<Map<string, ContestantResult>> {
  const engine = 'addon' in loadAddon() ? 'native' : 'ort';
  const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-front-'));
  const roofline = await openRoofline();
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const contestants: Contestant[] = [];
    // Two seeds of one shape are one contestant.
    const shapes = new Map(runs.map(({ network }) => [shapeOf(network), network]));
    const base = shapeOf(runs.find(({ result }) => result.name === FRONT_BASE)!.network);
    for (const [name, network] of shapes) {
      const bundle = join(folder, name);
      await makeTinyBundle(bundle, { network: { ...network, inputs: 4 } });
      const pass = await studyPass(bundle, engine, join(folder, `${name}-journal`), 1, quick ? 1 : 4);
      closing.push(pass.close);
      contestants.push({ name, ...pass.contestant });
    }
    const result = await measure(
      {
        name: 'front',
        title: `Heads and trunks, the pass of a study by one worker, ${engine}`,
        unit: 'predictions',
        reference: base,
        prepare: async () => ({ contestants }),
      },
      { rounds: quick ? 1 : 7, secondsPerTurn: quick ? 0.1 : 1, quick, roofline },
    );
    process.stdout.write(`${benchTable(result)}\n`);
    return new Map(result.contestants.map((contestant) => [contestant.name, contestant]));
  } finally {
    for (const close of closing) await close();
    await roofline.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function shapeOf({ head, trunk }: AmortisedSpec): string {
  return `${head.join('-')} after ${trunk.join('-')}`;
}

function section(runs: readonly Run[], speeds: ReadonlyMap<string, ContestantResult>): string {
  const base = runs.find(({ result }) => result.name === FRONT_BASE)!.result;
  const rows = runs.map(({ result, network }) => {
    const speed = speeds.get(shapeOf(network))!;
    return [
      network.head.join(', '),
      network.trunk.join(', '),
      String(multiplicationsPerPrediction(network)),
      `${(speed.perSecond.median / 1e6).toFixed(1)} M`,
      `${speed.ratio.median.toFixed(2)} ± ${speed.ratio.spread.toFixed(2)}`,
      (1000 * (result.nats! - base.nats!)).toFixed(1),
      result.ks.map((distance) => (1000 * distance).toFixed(1)).join(' '),
      result.name.match(/seed-(\d+)/)?.[1] ?? '1',
    ];
  });
  const head = [
    ...['head', 'trunk', 'multiplications', 'predictions/s', 'of 24, 24, 24', 'nats lost × 1000'],
    ...['KS × 1000: pt eta phi mass', 'seed'],
  ];
  return `${table(
    head,
    head.map((_, i) => (i < 2 ? 'left' : 'right')),
    rows,
  )}

${machine()}.`;
}
