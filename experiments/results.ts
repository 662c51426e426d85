/**
 * npm run experiment -- results [--write]: prints the tables of README.md and docs/results.md, as Markdown: from the cards of
 * the shipped models, where `card` writes what studies found (`study` of the shipped sample, `test…` of the test part,
 * other names of other jets), and from records/. --write puts each into its page, between `<!-- table NAME: … -->` and
 * `<!-- end -->`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UNITS, VARIABLES, type Variable } from '../src/jets/columns.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { table } from './markdown.js';
import { speedTable } from './pareto.js';
import type { ParetoPoint } from './pareto-figure.js';
import { RECORDS, readRecord } from './records.js';

type Errors = Record<'meanAbsError' | 'error' | 'sdError' | 'typicalMeanAbsError' | 'typicalSdError', number>;

/** What card.ts has written on a card. */
interface Study {
  /** Of the model. */
  readonly name: string;
  /** What the card calls the study. */
  readonly of: string;
  readonly task: string;
  readonly jets: number;
  readonly closure: Record<Variable, { ks: number; firstBin: number; lastBin: number }>;
  readonly median: Record<Variable, Errors>;
  readonly joint?: { auc: number; aucError: number };
  readonly verdict: { passed: boolean; reasons: readonly string[] };
}

interface Card {
  readonly name: string;
  readonly task: string;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** Decimals with which an error is written. */
const DECIMALS: Record<Variable, number> = { pt: 2, eta: 5, phi: 5, mass: 3 };
/** What a card calls studies of jets like those of the training. */
const OWN_JETS = /^(study|test)/;

const PAGES = ['README.md', join('docs', 'results.md')];

export async function main(words: string[]): Promise<void> {
  const models = join(PROJECT_ROOT, 'models');
  const cards = readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => JSON.parse(readFileSync(join(models, name, 'model.json'), 'utf8')) as Card)
    .sort((a, b) => b.task.localeCompare(a.task) || a.name.localeCompare(b.name));
  const tables = resultsTables(cards);
  if (words.includes('--write'))
    for (const page of PAGES) {
      const path = join(PROJECT_ROOT, page);
      writeFileSync(path, withTables(readFileSync(path, 'utf8'), tables));
    }
  else
    for (const [name, text] of Object.entries(tables))
      if (text) process.stdout.write(`## ${name}\n\n${text}\n\n`);
}

/** @throws where a page asks for a table that is not made. */
function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  return page.replace(/(<!-- table (\S+): .+ -->\n)[\s\S]*?(<!-- end -->)/g, (_, start, name, end) => {
    if (tables[name] === undefined) throw new Error(`no table ${name}`);
    return `${start}\n${tables[name]}\n\n${end}`;
  });
}

/** Each as Markdown, by its name in the pages. */
function resultsTables(cards: readonly Card[]): Record<string, string> {
  const all = cards.flatMap(studiesOf);
  const studies = cards.flatMap(ownStudies);
  const largest = cards.flatMap((card) => ownStudies(card).slice(-1));
  const of = (task: string) => studies.filter((study) => study.task === task);
  return {
    right: rightTable(largest),
    speed: speeds(),
    'medians-simulation': mediansTable(of('simulation')),
    'medians-correction': mediansTable(of('correction')),
    closures: closureTable(cards),
    'other-jets': otherJetsTable(all.filter(({ of }) => !OWN_JETS.test(of))),
    trainings: trainingsTable(),
  };
}

function speeds(): string {
  const path = join(RECORDS, 'pareto.csv');
  const points = readRecord(path).map((row) => ({ ...row, perSecond: Number(row['perSecond']) }));
  const [head = ''] = readFileSync(path, 'utf8').split('\n');
  const machine = head.replace(/.*core of (?:\d+ × )?/, '');
  return `${speedTable(points as unknown as ParetoPoint[])}\n\nOne core of ${machine} (\`npm run experiment -- pareto\`).`;
}

/** From few jets to many. */
function studiesOf({ name, task, metrics }: Card): Study[] {
  return Object.entries(metrics)
    .filter(([, value]) => typeof value === 'object' && value !== null && 'closure' in value)
    .map(([of, study]) => ({ ...(study as Study), of, name, task }))
    .sort((a, b) => a.jets - b.jets);
}

function ownStudies(card: Card): Study[] {
  return studiesOf(card).filter(({ of }) => OWN_JETS.test(of));
}

/** On the largest sample that every model of the task has. */
function mediansTable(studies: readonly Study[]): string {
  const names = [...new Set(studies.map(({ name }) => name))];
  const sizes = studies
    .map(({ jets }) => jets)
    .filter((jets) => names.every((name) => studies.some((s) => s.name === name && s.jets === jets)));
  const compared = studies.filter(({ jets }) => jets === Math.max(...sizes));
  if (!compared[0]) return '';
  const { task, jets, median } = compared[0];
  const both = (variable: Variable, mean: number, sd: number) =>
    `${mean.toFixed(DECIMALS[variable])} (${sd.toFixed(DECIMALS[variable])})`;
  return [
    `${count(jets)} test jets; the ${task}’s average of \\|median − true\\|, and in brackets the standard deviation of median − true.\n`,
    rightAligned(
      ['', ...compared.map(({ name }) => `\`${name}\``), 'typical', 'statistical error'],
      VARIABLES.map((variable) => {
        const { typicalMeanAbsError, typicalSdError, error } = median[variable];
        return [
          UNITS[variable] ? `${variable} [${UNITS[variable]}]` : variable,
          ...compared.map(({ median: { [variable]: own } }) => both(variable, own.meanAbsError, own.sdError)),
          both(variable, typicalMeanAbsError, typicalSdError),
          error.toFixed(DECIMALS[variable]),
        ];
      }),
    ),
  ].join('\n');
}

function closureTable(cards: readonly Card[]): string {
  return rightAligned(
    ['model', 'test jets', 'KS × 1000: pt eta phi mass', 'ends', 'loss', 'crossings'],
    cards.flatMap((card) =>
      ownStudies(card)
        .slice(-1)
        .map(({ name, jets, closure }) => {
          const { sum, crossings } = validationOf(card);
          return [
            `\`${name}\``,
            count(jets),
            thousandths(VARIABLES.map((variable) => closure[variable].ks)),
            endsText(...endsOf(closure)),
            sum.toFixed(4),
            percent(crossings),
          ];
        }),
    ),
  );
}

/** Other processes and single flavours: how far a response learnt on all of QCD's jets carries. */
function otherJetsTable(studies: readonly Study[]): string {
  if (studies.length === 0) return '';
  return rightAligned(
    ['model', 'jets of', 'jets', 'AUC', 'KS × 1000: pt eta phi mass', 'medians: pt eta phi mass'],
    studies.map(({ name, of, jets, joint, closure, median }) => [
      `\`${name}\``,
      of,
      count(jets),
      aucText(joint?.auc, joint?.aucError),
      thousandths(VARIABLES.map((variable) => closure[variable].ks)),
      VARIABLES.map((v) => (median[v].meanAbsError / median[v].typicalMeanAbsError).toFixed(3)).join(' '),
    ]),
  );
}

function rightTable(studies: readonly Study[]): string {
  return rightAligned(
    ['model', 'test jets', 'AUC', 'verdict'],
    studies.map(({ name, jets, joint, verdict: { passed, reasons } }) => [
      `\`${name}\``,
      count(jets),
      aucText(joint?.auc, joint?.aucError),
      passed ? 'passed' : `failed ${reasons.length} ${reasons.length === 1 ? 'test' : 'tests'}`,
    ]),
  );
}

/** The least and the most full of the outermost bins. */
function endsOf(closure: Study['closure']): [number, number] {
  const ends = VARIABLES.flatMap((variable) => [closure[variable].firstBin, closure[variable].lastBin]);
  return [Math.min(...ends), Math.max(...ends)];
}

/** Other seeds, and the paper's network by the paper's own recipe. */
export function trainingsTable(): string {
  const rows = readRecord(join(RECORDS, 'trainings.csv'));
  const number = (row: (typeof rows)[number], name: string) => (row[name] ? Number(row[name]) : undefined);
  return rightAligned(
    [
      ...['task', 'network', 'seed', 'loss', 'crossings', 'KS × 1000: pt eta phi mass', 'ends'],
      ...['AUC', 'medians: pt eta phi mass'],
    ],
    rows.map((row) => [
      ...[row['task'], row['network'], row['seed']].map(String),
      Number(row['loss']).toFixed(4),
      percent(Number(row['crossings'])),
      thousandths(VARIABLES.map((v) => Number(row[`ks ${v}`]))),
      endsText(Number(row['fewest']), Number(row['most'])),
      aucText(number(row, 'auc'), number(row, 'aucError')),
      VARIABLES.map((v) => Number(row[`median ${v}`]).toFixed(3)).join(' '),
    ]),
  );
}

function validationOf({ metrics }: Card) {
  return metrics['validation'] as {
    pinball: Record<Variable, number>;
    sum: number;
    crossings: number;
  };
}

const rightAligned = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  table(
    head,
    head.map((_, column) => (column === 0 ? 'left' : 'right')),
    rows,
  );
const endsText = (fewest: number, most: number) => `${fewest.toFixed(2)} … ${most.toFixed(2)}`;
const aucText = (value?: number, error?: number) =>
  value === undefined || error === undefined ? '' : `${value.toFixed(4)} ± ${error.toFixed(4)}`;
const thousandths = (values: readonly number[]) => values.map((value) => (1000 * value).toFixed(1)).join(' ');
const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;
const count = (jets: number) => jets.toLocaleString('en').replaceAll(',', ' ');
