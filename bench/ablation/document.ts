/** The ablation's section of docs/ablation.md, between two marks, and its two figures beside it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VARIABLES } from '../../src/jets/columns.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { Task } from '../../src/model/tasks.js';
import { renderFigure } from '../../src/report/figure.js';
import { grouped } from '../../src/report/labels.js';
import type { Backend } from '../../training/backend.js';
import { type CurvePlot, curveFigure } from '../../training/curve-figure.js';
import type { Dataset } from '../../training/dataset.js';
import { readMetrics } from '../../training/metrics.js';
import { table, withSection } from '../markdown.js';
import type { AblationResult } from './main.js';
import { GROUPS, LAMBDAS, ofLambda } from './variants.js';

const EMPTY =
  '# What each choice of network and training is worth\n\n<!-- ablation: written by npm run ablation -->\n<!-- end of ablation -->\n';
/** Where lambda = 0 stands on a logarithmic axis. */
const ZERO_LAMBDA = 1e-3;

interface Setting {
  /** The page. */
  readonly file: string;
  /** Folder of the runs. */
  readonly output: string;
  readonly backend: Backend;
  readonly table: JetsTable;
  readonly dataset: Dataset;
  readonly task: Task;
  readonly epochs: number;
}

export async function writeDocument(results: readonly AblationResult[], setting: Setting): Promise<void> {
  const { file } = setting;
  await mkdir(dirname(file), { recursive: true });
  for (const [name, plot] of await plots(results, setting))
    await writeFile(join(dirname(file), `${name}.svg`), await renderFigure(curveFigure(plot)));
  const page = await readFile(file, 'utf8').catch(() => EMPTY);
  await writeFile(file, withSection(page, 'ablation', section(results, setting).trimEnd()));
}

function section(results: readonly AblationResult[], setting: Setting): string {
  const { backend, table, dataset, task, epochs } = setting;
  const of = new Map(results.map((result) => [result.name, result]));
  const jets = results[0]!.jets;
  const groups = GROUPS.map(({ title, names }) => {
    const rows = names.flatMap((name) => of.get(name) ?? []);
    return rows.length === 0 ? '' : `### ${title}\n\n${markdownTable(rows)}\n`;
  });
  return `${grouped(dataset.train.count)} training jets (${task}) of ${table.source.name.split('/').at(-1)}, ${epochs} epochs where nothing else is said,
${backend.description}, on one machine, one run after the other. Measured on ${grouped(jets)} validation jets: pinball loss, mean over
tau = 0.05, 0.10 … 0.95, in standardised targets; nats, minus the log density of a jet's four targets; KS, the Kolmogorov distance of each step's conditional PIT from uniform
(a perfect model exceeds ${(1.358 / Math.sqrt(jets)).toFixed(4)} once in twenty); ends, jets in the first and in the last of 50 bins over the number
expected, mean over the four steps; tails, the pinball loss at tau = 0.001 and 0.999, sum of the steps, times 1000;
crossings, the share of (jet, tau) pairs of a grid of ${grouped(results[0]!.tails.pairs)} where a quantile falls.

${groups.filter(Boolean).join('\n')}
${whatThePenaltyBuys(of)}
![Crossings against the weight of the penalty](ablation-lambda.svg)
![Validation loss against epochs](ablation-epochs.svg)
`;
}

function markdownTable(rows: readonly AblationResult[]): string {
  const head = [
    'run',
    ...VARIABLES,
    'sum',
    'nats',
    'KS ×1000',
    'ends',
    'tails',
    'crossings',
    'seconds',
    'rows/s',
  ];
  const cells = rows.map((result) => [
    result.name,
    ...result.pinball.map((loss) => loss.toFixed(4)),
    result.sum.toFixed(4),
    result.nats?.toFixed(4) ?? '',
    result.ks.map((distance) => (1000 * distance).toFixed(1)).join(' '),
    [0, 1].map((end) => mean(result.outermost.map((bins) => bins[end]!)).toFixed(2)).join(' '),
    [0, 1]
      .map((end) =>
        (1000 * sum(VARIABLES.map((variable) => result.tails.pinball[variable][end]!))).toFixed(1),
      )
      .join(' '),
    percent(result.tails.crossings),
    String(Math.round(result.seconds)),
    `${Math.round(result.rowsPerSecond / 1000)} k`,
  ]);
  return table(
    head,
    head.map((_, i) => (i === 0 ? 'left' : 'right')),
    cells,
  );
}

/** The paper's regularisation in a sentence, from the figures. */
function whatThePenaltyBuys(of: ReadonlyMap<string, AblationResult>): string {
  const runs = LAMBDAS.flatMap((lambda) => {
    const result = of.get(ofLambda(lambda));
    return result ? [{ lambda, result }] : [];
  });
  const free = runs.find(({ lambda }) => lambda === 0)?.result;
  if (!free || runs.length < 2) return '';
  const best = runs.reduce((a, b) => (b.result.sum < a.result.sum ? b : a));
  const strongest = runs.at(-1)!;
  const change = (strongest.result.sum - free.sum) / free.sum;
  const monotone = of.get('monotone');
  const spread = seedSpread(of);
  return `Without the penalty ${percent(free.tails.crossings)} of the grid cross; with lambda = ${strongest.lambda}, ${percent(strongest.result.tails.crossings)}, at
${change >= 0 ? 'a loss higher' : 'a loss lower'} by ${percent(Math.abs(change))}. The least loss of the six has lambda = ${best.lambda} (${best.result.sum.toFixed(4)} against ${free.sum.toFixed(4)} without)${
    spread === undefined ? '' : `; the three seeds of one network lie ${spread.toFixed(4)} apart`
  }.${monotone ? ` The monotone network has none by construction (${percent(monotone.tails.crossings)} measured), at a loss of ${monotone.sum.toFixed(4)}.` : ''}
`;
}

/** Largest minus smallest loss of the paper's network over three seeds. */
function seedSpread(of: ReadonlyMap<string, AblationResult>): number | undefined {
  const sums = ['paper', 'paper-seed-2', 'paper-seed-3'].map((name) => of.get(name)?.sum ?? Number.NaN);
  const spread = Math.max(...sums) - Math.min(...sums);
  return Number.isNaN(spread) ? undefined : spread;
}

async function plots(
  results: readonly AblationResult[],
  { output, task }: Setting,
): Promise<[string, CurvePlot][]> {
  const of = new Map(results.map((result) => [result.name, result]));
  const curve = async (name: string) => ({
    name,
    points: (await readMetrics(join(output, name))).map(({ epoch, validation }) => ({
      x: epoch,
      y: validation?.sum ?? Number.NaN,
    })),
  });
  const names = ['paper', 'paper-logit', 'amortised', 'monotone'].filter((name) => of.has(name));
  return [
    [
      'ablation-lambda',
      {
        curves: [
          {
            name: 'crossings',
            points: LAMBDAS.map((lambda) => ({
              x: lambda || ZERO_LAMBDA,
              y: 100 * (of.get(ofLambda(lambda))?.tails.crossings ?? Number.NaN),
            })),
          },
        ],
        x: { title: 'Weight of the penalty (0 drawn at 10^{-3})', log: true },
        y: { title: 'Crossing quantiles [%]' },
        heading: ['Paper network', task],
        description: 'Share of crossing quantiles against the weight of the penalty.',
      },
    ],
    [
      'ablation-epochs',
      {
        curves: await Promise.all(names.map(curve)),
        x: { title: 'Epoch' },
        y: { title: 'Validation pinball loss' },
        heading: ['Validation', task],
        description: 'Validation loss of four networks against epochs.',
      },
    ],
  ];
}

function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return '0 %';
  return `${Number(value.toPrecision(2))} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
