/**
 * npm run experiment -- ablation JETS -o DIR [--task T --epochs N --limit N --only NAME…]: trains every variant of
 * variants.ts, measures it on validation jets and prints the tables of docs/ablation.md. A run that is there is not done
 * again; one that was interrupted goes on.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { finiteNumber, positiveInteger } from '../src/cli/options.js';
import { readJets } from '../src/files/read-jets.js';
import type { JetsTable } from '../src/jets/table.js';
import { STAGES_OF_TASK, TASKS, type Task } from '../src/model/tasks.js';
import { type Backend, loadBackend } from '../training/backend.js';
import { readCheckpoint } from '../training/checkpoint.js';
import { createDataset, type Dataset } from '../training/dataset.js';
import type { Tails } from '../training/evaluate.js';
import { createNetwork } from '../training/networks/create.js';
import { trainingOptions } from '../training/options.js';
import { flatWeights } from '../training/parameters.js';
import { validationLikelihood } from '../training/refine.js';
import { newRunConfig } from '../training/run-config.js';
import { train } from '../training/train.js';
import { table as markdown } from './markdown.js';
import { measureQuality, type Quality } from './quality.js';
import { FRONT, GROUPS, VARIANTS, type Variant } from './variants.js';

/** What is known of one finished run. */
export interface AblationResult extends Quality {
  readonly name: string;
  /** Of training only, and rows a second over it. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly tails: Tails;
  /** Minus the log density of a jet, in standardised targets; null for the paper's network, which is not refined. */
  readonly nats: number | null;
  /** What of the run it was measured on: a result of other options or jets is not taken over. */
  readonly key: string;
}

interface Setting {
  readonly output: string;
  readonly task: Task;
  readonly epochs: number;
  readonly validationJets: number;
  readonly table: JetsTable;
  readonly dataset: Dataset;
  readonly backend: Backend;
  readonly signal: AbortSignal;
}

export async function main(words: string[]): Promise<void> {
  const command = new Command('ablation')
    .argument('<jets>', 'a jets table')
    .requiredOption('-o, --output <folder>', 'for the runs and their results')
    .addOption(new Option('--task <name>', 'simulation or correction').choices(TASKS).default('simulation'))
    .option('--epochs <n>', 'of the base runs', finiteNumber, 5)
    .option('--limit <n>', 'only the first n jets', positiveInteger)
    .option('--validation-jets <n>', 'validation jets that are measured', positiveInteger, 40_000)
    .option('--only <names...>', 'only these variants')
    .parse(words, { from: 'user' });
  const options = command.opts<
    Pick<Setting, 'output' | 'task' | 'epochs' | 'validationJets'> & { limit?: number; only?: string[] }
  >();
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interruption.abort());
  const { input, target } = STAGES_OF_TASK[options.task];
  const table = await readJets(command.args[0]!, {
    stages: [input, target],
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  const dataset = createDataset(table, trainingOptions({ task: options.task }));
  const setting = {
    ...options,
    ...{ table, dataset, backend: await loadBackend(), signal: interruption.signal },
  };
  await mkdir(options.output, { recursive: true });
  const results = new Map<string, AblationResult>();
  for (const variant of [...VARIANTS, ...FRONT].filter(({ name }) => options.only?.includes(name) ?? true)) {
    process.stderr.write(`${variant.name}: `);
    const result = await resultOf(variant, setting);
    process.stderr.write(`${result.sum.toFixed(4)}, ${Math.round(result.seconds)} s\n`);
    results.set(variant.name, result);
  }
  for (const { title, names } of GROUPS) {
    const rows = names.flatMap((name) => results.get(name) ?? []);
    if (rows.length > 0) process.stdout.write(`### ${title}\n\n${ablationTable(rows)}\n\n`);
  }
}

async function resultOf(variant: Variant, setting: Setting): Promise<AblationResult> {
  const { output, task, epochs, validationJets, table, dataset, backend, signal } = setting;
  const folder = join(output, variant.name);
  const options = trainingOptions({
    task,
    epochs: epochs * (variant.epochs ?? 1),
    refine: 0,
    ...variant.options,
  });
  const key = JSON.stringify([options, table.source.sha256, table.rows, validationJets]);
  const file = join(folder, 'result.json');
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as AblationResult,
    () => undefined,
  );
  if (known?.key === key) return known;

  const config = newRunConfig({
    name: variant.name,
    options,
    table: { ...table, source: { ...table.source, name: basename(table.source.name) } },
    dataset,
    backend,
    description: '',
    command: `npm run experiment -- ablation --only ${variant.name}`,
  });
  const stored = await readCheckpoint(folder, 'last').catch(() => undefined);
  const resume = JSON.stringify(stored?.config.options) === JSON.stringify(options);
  const { state, rowsPerSecond, tails } = await train({ folder, config, dataset, backend, resume, signal });
  const { config: read, weights } = await readCheckpoint(folder, 'best');
  const network = createNetwork(read.network, backend.kernels);
  const flat = flatWeights(read.network, weights);
  const nats =
    read.network.kind === 'paper'
      ? null
      : validationLikelihood(network, flat, dataset.validation, validationJets);
  const result = {
    ...{ name: variant.name, key, seconds: state.seconds, rowsPerSecond, tails, nats },
    ...measureQuality(network, flat, dataset.validation, validationJets),
  };
  await writeFile(`${file}.writing`, `${JSON.stringify(result, null, 2)}\n`);
  await rename(`${file}.writing`, file);
  return result;
}

function ablationTable(rows: readonly AblationResult[]): string {
  const head = ['run', 'loss', 'nats', 'KS × 1000: pt eta phi mass', 'ends', 'tails', 'crossings', 'seconds'];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const ends = (of: (end: number) => number, digits: number) =>
    [0, 1].map((end) => of(end).toFixed(digits)).join(' ');
  const cells = rows.map(({ name, nats, ks, outermost, tails, seconds, ...row }) => [
    name,
    row.sum.toFixed(4),
    nats?.toFixed(4) ?? '',
    ks.map((distance) => (1000 * distance).toFixed(1)).join(' '),
    ends((end) => sum(outermost.map((bins) => bins[end]!)) / 4, 2),
    ends((end) => 1000 * sum(Object.values(tails.pinball).map((loss) => loss[end]!)), 1),
    `${Number((100 * tails.crossings).toPrecision(2))} %`,
    String(Math.round(seconds)),
  ]);
  return markdown(
    head,
    head.map((_, i) => (i === 0 ? 'left' : 'right')),
    cells,
  );
}
