/** training.html: the curves of a run in one page that opens offline, runs no script and loads nothing. */
import { join } from 'node:path';
import { writeDurably } from '../src/files/durable-file.js';
import { VARIABLES } from '../src/jets/columns.js';
import { renderFigure } from '../src/report/figure.js';
import { grouped, SYMBOLS } from '../src/report/labels.js';
import { standalonePage } from '../src/report/style.js';
import { escapeText, typesetHtml } from '../src/report/typeset.js';
import type { RunState } from './checkpoint.js';
import { type CurvePlot, curveFigure } from './curve-figure.js';
import { type Metrics, readMetrics } from './metrics.js';
import type { RunConfig } from './run-config.js';

/** Writes RUN/training.html from RUN/metrics.jsonl. @returns its path. */
export async function writeTrainingPage(
  folder: string,
  config: RunConfig,
  state: Omit<RunState, 'sha256' | 'optimizerSha256'>,
): Promise<string> {
  const metrics = await readMetrics(folder);
  const figures = await Promise.all(plots(metrics).map((plot) => renderFigure(curveFigure(plot))));
  const page = join(folder, 'training.html');
  writeDurably(page, [await html(config, state, metrics, figures)]);
  return page;
}

function plots(metrics: readonly Metrics[]): CurvePlot[] {
  const curve = (name: string, of: (line: Metrics) => number | undefined) => ({
    name,
    points: metrics.map((line) => ({ x: line.epoch, y: of(line) ?? Number.NaN })),
  });
  const x = { title: 'Epoch' };
  const refined = metrics.some(({ likelihood }) => likelihood !== null);
  return [
    {
      curves: [
        curve('training', ({ training }) => training?.sum),
        curve('validation', ({ validation }) => validation?.sum),
      ],
      x,
      y: { title: 'Pinball loss, sum of four steps' },
      heading: ['Loss', ''],
      description: 'Training and validation loss against epochs.',
    },
    ...(refined
      ? [
          {
            curves: [
              curve('training', ({ training }) => training?.likelihood),
              curve('validation', ({ validation }) => validation?.likelihood),
            ],
            x,
            y: { title: 'Minus log density of a jet' },
            heading: ['Refining', ''] as const,
            description: 'Training and validation likelihood against epochs, from where refining began.',
          },
        ]
      : []),
    {
      curves: VARIABLES.map((variable) =>
        curve(SYMBOLS[variable], ({ validation }) => validation?.pinball[variable]),
      ),
      x,
      y: { title: 'Validation pinball loss' },
      heading: ['Each step', ''],
      description: 'Validation loss of each step against epochs.',
    },
    {
      curves: [curve('rate', ({ rate }) => rate)],
      x,
      y: { title: 'Learning rate', log: true },
      heading: ['Schedule', ''],
      description: 'Learning rate against epochs.',
    },
    {
      curves: [
        curve('training', ({ training }) => (training ? 100 * training.crossings : undefined)),
        curve('validation', ({ validation }) => (validation ? 100 * validation.crossings : undefined)),
      ],
      x,
      y: { title: 'Crossing quantiles [%]' },
      heading: ['Crossings', ''],
      description: 'Share of rows with a falling quantile against epochs.',
    },
  ];
}

async function html(
  config: RunConfig,
  state: Omit<RunState, 'sha256' | 'optimizerSha256'>,
  metrics: readonly Metrics[],
  figures: readonly string[],
): Promise<string> {
  const best = state.best ? `${state.best.sum.toFixed(4)} at step ${grouped(state.best.step)}` : 'none yet';
  const facts: [string, string][] = [
    ['Command', config.command],
    ['Jets', [config.data.name, config.data.description].filter(Boolean).join(': ')],
    [
      'Split',
      `${grouped(config.split.train)} training, ${grouped(config.split.validation)} validation, ${grouped(config.split.test)} test`,
    ],
    ['Best validation', best],
    [
      'Done',
      `${state.epoch.toFixed(1)} epochs, ${grouped(state.step)} steps, ${Math.round(state.seconds)} s`,
    ],
    [
      'Backend',
      Object.entries(config.versions)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
  ];
  return standalonePage(
    `${config.name}: training`,
    `<header>
<h1>${escapeText(config.name)}: training for ${config.task}</h1>
<p class="lead">Losses are in standardised targets, means over the quantiles 0.05, 0.10 … 0.95, after each epoch. Training and validation: the same network on as many jets of either part, so where training lies lower, the network has learnt its jets by heart.</p>
</header>
<main>
<section class="panels">
${figures.map((svg) => `<figure>${svg}</figure>`).join('\n')}
</section>
<section>
<h2>Epochs</h2>
<details><summary>Numbers</summary>
${table(metrics)}
</details>
</section>
<section>
<h2>What was run</h2>
<dl>
${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escapeText(text)}</dd>`).join('\n')}
</dl>
</section>
</main>`,
  );
}

function table(metrics: readonly Metrics[]): string {
  const head = [
    'Epoch',
    'training loss',
    'validation',
    ...VARIABLES.map((v) => SYMBOLS[v]),
    'crossings [%]',
    'rows/s',
  ];
  const rows = metrics.map(({ epoch, training, validation, rowsPerSecond }) => [
    epoch.toFixed(2),
    training?.sum.toFixed(4) ?? '',
    validation?.sum.toFixed(4) ?? '',
    ...VARIABLES.map((variable) => validation?.pinball[variable].toFixed(4) ?? ''),
    validation ? (100 * validation.crossings).toPrecision(2) : '',
    grouped(Math.round(rowsPerSecond)),
  ]);
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((text) => `<${tag}>${typesetHtml(text)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('\n')}</tbody></table>`;
}
