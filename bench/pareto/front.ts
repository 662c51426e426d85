#!/usr/bin/env node
/**
 * `npm run bench:front -- RUNS`: the front of speed and fidelity among heads and trunks, from the runs that `npm run
 * ablation -- JETS -o RUNS --only head…` trained: what each loses, and how fast a study samples with a network of its
 * shape. Writes the section "front" of docs/ablation.md.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadAddon } from '../../src/model/native/addon.js';
import { multiplicationsPerPrediction, type NetworkSpec } from '../../src/model/network-spec.js';
import { makeTinyBundle } from '../../test/tiny-bundle.js';
import { readCheckpoint } from '../../training/checkpoint.js';
import type { AblationResult } from '../ablation/main.js';
import { FRONT, FRONT_BASE } from '../ablation/variants.js';
import { type Contestant, type ContestantResult, measure } from '../harness.js';
import { machine } from '../machine.js';
import { table, withSection } from '../markdown.js';
import { openRoofline } from '../roofline.js';
import { studyPass } from '../study-pass.js';
import { benchTable } from '../table.js';

type AmortisedSpec = Extract<NetworkSpec, { kind: 'amortised' }>;

interface Run {
  readonly result: AblationResult;
  readonly network: AmortisedSpec;
}

const PAGE = fileURLToPath(new URL('../../../docs/ablation.md', import.meta.url));

await new Command('bench:front')
  .argument('<runs>', 'the folder that npm run ablation wrote')
  .option('--document <file>', 'the page whose front section is written', PAGE)
  .option('--quick', 'rough: shows that it runs', false)
  .action(main)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parseAsync();

async function main(
  folder: string,
  { document, quick }: { document: string; quick: boolean },
): Promise<void> {
  const runs: Run[] = [];
  for (const { name } of FRONT) runs.push(...(await runIn(resolve(folder, name))));
  if (!runs.some(({ result }) => result.name === FRONT_BASE))
    throw new Error(`${folder} has no finished run ${FRONT_BASE}; npm run ablation makes it`);
  const speeds = await timed(runs, quick);
  await writeFile(document, withSection(await readFile(document, 'utf8'), 'front', section(runs, speeds)));
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

${machine()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}.`;
}
