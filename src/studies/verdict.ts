/**
 * Passed or failed, in words: every p-value against one family-wise level by Holm's correction.
 *
 * A right model fails with probability LEVEL at most. A wrong one passes where the tests have no power against its
 * error: "passed" means that these tests at this number of jets found nothing.
 *
 * What is said first is of the jets: how many lie where the model was not trained, then what is predicted wrong and by how
 * much; the test and its p-value follow.
 */
import { UNITS, VARIABLES, type Variable } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import type { ModelCard } from '../model/card.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import { inputColumnNames } from '../sampling/jet-columns.js';
import { holm } from '../stats/holm.js';
import { percent } from './pit-effect.js';

/** Probability at most that a right model fails. */
export const LEVEL = 0.01;

/** With fewer jets the joint tests stay out of the verdict, and a fault must be large to be found. */
export const ENOUGH_JETS = 500;

/** So small a share of jets beyond the training's ends is no other selection: it is counted, and not in a sentence. */
const FEW_OUTSIDE = 1e-3;

/** One test of the model. */
export interface TestResult {
  /** What was tested. */
  readonly name: string;
  /** Small where the model is wrong. */
  readonly pValue: number;
  /** Jets that it saw. */
  readonly jets: number;
  /** What it sees in these jets, right or wrong: "pt is predicted 0.4 % of its width too low in all jets (3.6 σ)". */
  readonly effect: string;
}

/** One test in a verdict. */
export interface JudgedTest extends TestResult {
  /** After Holm's correction for all tests. */
  readonly adjustedPValue: number;
}

/** Jets beyond an end of the training jets in one column: the model was never shown such, or never asked for them. */
export interface BeyondTraining {
  /** "reco_pt". */
  readonly column: string;
  /** The end of the training jets. */
  readonly end: number;
  /** On which side of it. */
  readonly side: 'below' | 'above';
  /** Jets there. */
  readonly jets: number;
}

/** Passed or failed: every p-value against one family-wise level, by Holm's correction (Holm 1979). */
export interface Verdict {
  /** Whether no test found a difference. */
  readonly passed: boolean;
  /** Whether the jets are fewer than 500, so that having passed says little. */
  readonly tooFewJets: boolean;
  /** Jets that the model was not trained for, by column and end. */
  readonly outside: BeyondTraining[];
  /**
   * One sentence for each end with more than a thousandth of the jets beyond it, one for each test that failed; where all
   * passed, one that says how many tests saw how many jets.
   */
  readonly reasons: string[];
  /** What to do now, a sentence each. */
  readonly advice: string[];
  /** Family-wise level. */
  readonly level: number;
  /** The tests behind it. */
  readonly tests: JudgedTest[];
}

/**
 * @param groups of tests that see the same jets; at least one test.
 * @param jets of the study.
 * @param outside from {@link outsideTraining}.
 */
export function verdict(
  groups: readonly (readonly TestResult[])[],
  jets: number,
  outside: readonly BeyondTraining[] = [],
  level = LEVEL,
): Verdict {
  const tooFewJets = jets < ENOUGH_JETS;
  const results = groups.flat();
  const adjusted = holm(results.map(({ pValue }) => pValue));
  const tests = results.map((test, i) => ({ ...test, adjustedPValue: adjusted[i] }));
  const failed = tests.filter(({ adjustedPValue }) => adjustedPValue <= level);
  const passed = failed.length === 0;
  const elsewhere = outside.filter((each) => each.jets > FEW_OUTSIDE * jets);
  return {
    passed,
    tooFewJets,
    outside: [...outside],
    reasons: [
      ...(passed ? [passedInWords(groups, tests, tooFewJets)] : failed.map(failedInWords)),
      // No test: it stands behind them.
      ...elsewhere.map((each) => outsideInWords(each, jets)),
    ],
    advice: adviceOn(passed, tooFewJets, elsewhere.length > 0),
    level,
    tests,
  };
}

/** The verdict in a word or two. */
export function verdictWord({ passed, tooFewJets }: Pick<Verdict, 'passed' | 'tooFewJets'>): string {
  if (!passed) return 'Failed';
  return tooFewJets ? 'Too few jets to judge' : 'Passed';
}

/** Jets beyond the ends of the training jets, in the columns that the model reads and in those that it predicts. */
export function outsideTraining(table: JetsTable, card: ModelCard): BeyondTraining[] {
  const { input, target } = STAGES_OF_TASK[card.task];
  const names = card.inputs.map(({ column }) => column);
  const ends = new Map<string, readonly [number, number]>();
  inputColumnNames(card.task, names).forEach((column, i) => {
    if (card.range[names[i]]) ends.set(column, card.range[names[i]]);
  });
  for (const variable of VARIABLES)
    if (card.targetRange) ends.set(`${target}_${variable}`, card.targetRange[variable]);
  // All of phi is one circle: the outermost training jet is no end of it.
  for (const stage of [input, target]) ends.delete(`${stage}_phi`);
  return [...ends].flatMap(([column, [least, most]]) => {
    const values = table.columns[column];
    if (!values) return [];
    let [below, above] = [0, 0];
    for (const value of values) {
      if (value < least) below++;
      if (value > most) above++;
    }
    return [
      { column, end: least, side: 'below' as const, jets: below },
      { column, end: most, side: 'above' as const, jets: above },
    ].filter(({ jets }) => jets > 0);
  });
}

/** `11 % of these jets have reco pt below 20 GeV, where the training ends.` */
function outsideInWords({ column, end, side, jets }: BeyondTraining, all: number): string {
  const [stage, variable] = column.split('_');
  const unit = UNITS[variable as Variable] ?? '';
  const name = VARIABLES.includes(variable as Variable) ? `${stage} ${variable}` : column;
  return `${percent(jets / all)} of these jets have ${name} ${side} ${Number(end.toPrecision(3))}${unit && ` ${unit}`}, where the training ends.`;
}

function failedInWords({ name, effect, adjustedPValue }: JudgedTest): string {
  return `${capital(effect)}: ${name}, p ${shortP(adjustedPValue)} after Holm’s correction.`;
}

/** `17 tests passed: 8 on 199,890 jets, 9 on 20,000 (…).`, or `17 tests passed on 20,000 jets (…).` */
function passedInWords(
  groups: readonly (readonly TestResult[])[],
  tests: readonly JudgedTest[],
  tooFewJets: boolean,
): string {
  const filled = groups.filter((group) => group.length > 0);
  const counts = new Set(filled.map(([{ jets }]) => jets));
  const seen = filled
    .map(
      ([{ jets }, ...others], i) =>
        `${1 + others.length} on ${jets.toLocaleString('en')}${i === 0 ? ' jets' : ''}`,
    )
    .join(', ');
  const where =
    counts.size === 1 ? `passed on ${filled[0][0].jets.toLocaleString('en')} jets` : `passed: ${seen}`;
  const { name, pValue, adjustedPValue } = tests.reduce((a, b) => (b.pValue < a.pValue ? b : a));
  const found = `${tests.length === 1 ? '1 test' : `${tests.length} tests`} ${where} (smallest p ${shortP(pValue)}: ${name}; after Holm’s correction p ${shortP(adjustedPValue)}).`;
  return tooFewJets
    ? `${found} But so few jets show only large faults: the joint tests need ${ENOUGH_JETS} to enter the verdict.`
    : found;
}

function adviceOn(passed: boolean, tooFewJets: boolean, elsewhere: boolean): string[] {
  return [
    ...(elsewhere
      ? [
          'Study the model on jets of the selection that it was trained with, or train on jets with the selection that you need: what it says of others is extrapolated.',
        ]
      : []),
    ...(passed
      ? [
          tooFewJets
            ? 'Take more jets, 20,000 or more.'
            : 'Use it on jets like these. Smaller faults show with more jets: see docs/statistical-tests.md for what each test can find.',
        ]
      : [
          'Compare the size of each effect above with what your measurement can see: with enough jets every model fails.',
          'Where it matters, train on jets of this detector and this selection, on more of them, or for longer: docs/train.md. Cut what is wrong in one range only, or train with more jets there.',
          'Study again on jets that the training has not seen: study --split test.',
        ]),
  ];
}

/** A sentence begins with a capital, but a variable keeps its name. */
function capital(text: string): string {
  return VARIABLES.some((variable) => text.startsWith(`${variable} `))
    ? text
    : text.charAt(0).toUpperCase() + text.slice(1);
}

/** A p-value for people, with its relation: `= 0.31`, `= 0.0012`, `= 3e-5`, `< 1e-99`. */
export function shortP(pValue: number): string {
  if (pValue < 1e-99) return '< 1e-99';
  if (pValue >= 0.0995) return `= ${pValue.toFixed(2)}`;
  return `= ${pValue >= 0.001 ? pValue.toPrecision(2) : pValue.toExponential(0)}`;
}
