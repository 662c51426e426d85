/** The tables of docs/results.md, from the figures on the shipped models' cards. */
import { UNITS, VARIABLES, type Variable } from '../src/jets/columns.js';
import { tableRow } from './markdown.js';

/** What add-figures.ts has written on a card: see card-figures.ts. */
export interface StudyFigures {
  readonly jets: number;
  readonly samples: number;
  readonly closure: Record<Variable, { ks: number; firstBin: number; lastBin: number; error: number }>;
  readonly median: Record<
    Variable,
    {
      meanAbsError: number;
      error: number;
      sdError: number;
      typicalMeanAbsError: number;
      typicalSdError: number;
    }
  >;
  readonly joint?: { auc: number; aucError: number; networkAuc?: number; networkAucError?: number };
  /** Of all tests of the study; a reason for each that failed. */
  readonly verdict: { passed: boolean; reasons: readonly string[] };
}

/** A shipped bundle. */
export interface ShippedCard {
  readonly name: string;
  readonly task: string;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** Decimals with which an error is written. */
const DECIMALS: Record<Variable, number> = { pt: 2, eta: 5, phi: 5, mass: 3 };

/** @returns Markdown, without a line end. */
export function resultsTables(cards: readonly ShippedCard[]): string {
  const studies = cards.flatMap(({ name, task, metrics }) =>
    studiesOf(metrics).map((figures) => ({ name, task, figures })),
  );
  const tasks = [...new Set(cards.map(({ task }) => task))].sort().reverse();
  return [
    '### Medians: the paper’s tables',
    ...tasks.map((task) =>
      mediansTable(
        task,
        studies.filter((study) => study.task === task),
      ),
    ),
    '### Closures',
    closureTable(studies),
    '### Joint tests',
    jointTable(studies),
    '### Loss',
    lossTable(cards),
  ].join('\n\n');
}

interface Study {
  readonly name: string;
  readonly task: string;
  readonly figures: StudyFigures;
}

/** From few jets to many. */
function studiesOf(metrics: ShippedCard['metrics']): StudyFigures[] {
  return Object.values(metrics)
    .filter(
      (value): value is StudyFigures => typeof value === 'object' && value !== null && 'closure' in value,
    )
    .sort((a, b) => a.jets - b.jets);
}

/** What a card says of one study, by its name there. */
export function studyOf(metrics: ShippedCard['metrics'], name: string): StudyFigures | undefined {
  return metrics[name] as StudyFigures | undefined;
}

/** The study with most jets that every model of the task has. */
function commonStudies(studies: readonly Study[]): Study[] {
  const sizesOf = (name: string) => studies.filter((study) => study.name === name).map((s) => s.figures.jets);
  const names = [...new Set(studies.map(({ name }) => name))];
  const common = sizesOf(names[0]!).filter((jets) => names.every((name) => sizesOf(name).includes(jets)));
  const most = Math.max(...common);
  return studies.filter(({ figures }) => figures.jets === most);
}

function mediansTable(task: string, studies: readonly Study[]): string {
  const compared = commonStudies(studies);
  const { jets } = compared[0]!.figures;
  const value = (variable: Variable, size: number) => size.toFixed(DECIMALS[variable]);
  return [
    `${task}, ${count(jets)} test jets: average of \\|median − true\\|, in brackets the standard deviation of median − true.`,
    '',
    tableRow(['', ...compared.map(({ name }) => `\`${name}\``), 'typical', 'statistical error']),
    tableRow(['---', ...compared.map(() => '---:'), '---:', '---:']),
    ...VARIABLES.map((variable) => {
      const { typicalMeanAbsError, typicalSdError, error } = compared[0]!.figures.median[variable];
      const own = compared.map(({ figures }) => {
        const { meanAbsError, sdError } = figures.median[variable];
        return `${value(variable, meanAbsError)} (${value(variable, sdError)})`;
      });
      const typical = `${value(variable, typicalMeanAbsError)} (${value(variable, typicalSdError)})`;
      return tableRow([
        UNITS[variable] ? `${variable} [${UNITS[variable]}]` : variable,
        ...own,
        typical,
        value(variable, error),
      ]);
    }),
  ].join('\n');
}

function closureTable(studies: readonly Study[]): string {
  return [
    'KS: Kolmogorov distance of the PIT from uniform. Ends: jets in the first and the last of 50 bins over the number expected.',
    '',
    tableRow([
      'model',
      'jets',
      'KS × 1000: pt eta phi mass',
      'ends: pt',
      'eta',
      'phi',
      'mass',
      'error of an end',
    ]),
    tableRow(['---', '---:', '---', '---', '---', '---', '---', '---:']),
    ...studies.map(({ name, figures: { jets, closure } }) =>
      tableRow([
        `\`${name}\``,
        count(jets),
        VARIABLES.map((variable) => (1000 * closure[variable].ks).toFixed(1)).join(' '),
        ...VARIABLES.map((v) => `${closure[v].firstBin.toFixed(2)} ${closure[v].lastBin.toFixed(2)}`),
        closure.pt.error.toFixed(2),
      ]),
    ),
  ].join('\n');
}

/** An AUC with its error; empty where a card has none. */
export function aucText(value?: number, error?: number): string {
  return value === undefined || error === undefined ? '' : `${value.toFixed(4)} ± ${error.toFixed(4)}`;
}

function jointTable(studies: readonly Study[]): string {
  return [
    'AUC of a classifier that has to tell true jets from the model’s: 0.5 is guessing. Verdict: of all tests of the study; which fail stands on the card (`verdict`).',
    '',
    tableRow(['model', 'jets', 'boosted trees', 'network', 'verdict']),
    tableRow(['---', '---:', '---:', '---:', '---']),
    ...studies.flatMap(({ name, figures: { jets, joint, verdict } }) =>
      joint
        ? [
            tableRow([
              `\`${name}\``,
              count(jets),
              aucText(joint.auc, joint.aucError),
              aucText(joint.networkAuc, joint.networkAucError),
              verdictText(verdict),
            ]),
          ]
        : [],
    ),
  ].join('\n');
}

function verdictText({ passed, reasons: { length } }: StudyFigures['verdict']): string {
  return passed ? 'passed' : `failed, by ${length} ${length === 1 ? 'test' : 'tests'}`;
}

function lossTable(cards: readonly ShippedCard[]): string {
  return [
    'Mean pinball loss on the validation jets, over τ = 0.05, 0.10 … 0.95, in standardised targets; crossings, the share of τ pairs where a quantile falls.',
    '',
    tableRow(['model', ...VARIABLES, 'sum', 'crossings']),
    tableRow(['---', ...VARIABLES.map(() => '---:'), '---:', '---:']),
    ...cards.map(({ name, metrics }) => {
      const { pinball, sum, crossings } = metrics.validation as {
        pinball: Record<Variable, number>;
        sum: number;
        crossings: number;
      };
      const losses = VARIABLES.map((variable) => pinball[variable].toFixed(4));
      return tableRow([`\`${name}\``, ...losses, sum.toFixed(4), `${(100 * crossings).toPrecision(2)} %`]);
    }),
  ].join('\n');
}

const count = (jets: number) => jets.toLocaleString('en').replaceAll(',', ' ');
