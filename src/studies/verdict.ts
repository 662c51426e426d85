/**
 * Passed or failed, in words: every p-value against one family-wise level by Holm's correction.
 *
 * A right model fails with probability LEVEL at most. A wrong one passes where the tests have no power against its
 * error: "passed" means that these tests at this number of jets found nothing.
 */
import { holm } from '../stats/holm.js';

/** Probability at most that a right model fails. */
export const LEVEL = 0.01;

/** With fewer jets the joint tests stay out of the verdict, and a fault must be large to be found. */
export const ENOUGH_JETS = 500;

/** One test in a verdict. */
export interface JudgedTest {
  /** What was tested. */
  readonly name: string;
  /** By itself. */
  readonly pValue: number;
  /** After Holm's correction for all tests. */
  readonly adjustedPValue: number;
}

/** Passed or failed: every p-value against one family-wise level, by Holm's correction (Holm 1979). */
export interface Verdict {
  /** Whether no test found a difference. */
  readonly passed: boolean;
  /** Whether the jets are fewer than 500, so that having passed says little. */
  readonly tooFewJets: boolean;
  /** One sentence for each test that failed; where all passed, one that says what was tested. */
  readonly reasons: string[];
  /** Family-wise level. */
  readonly level: number;
  /** The tests behind it. */
  readonly tests: JudgedTest[];
}

/** One test of the model. */
export interface TestResult {
  /** What was tested. */
  readonly name: string;
  /** Small where the model is wrong. */
  readonly pValue: number;
  /** What a small p-value means, in words. */
  readonly finding: string;
}

/**
 * @param results at least one.
 * @param jets tested.
 */
export function verdict(results: readonly TestResult[], jets: number, level = LEVEL): Verdict {
  const tooFewJets = jets < ENOUGH_JETS;
  const adjusted = holm(results.map(({ pValue }) => pValue));
  const tests = results.map(({ name, pValue }, i) => ({ name, pValue, adjustedPValue: adjusted[i] }));
  const failed = results.flatMap(({ finding }, i) =>
    adjusted[i] <= level ? [`${finding} (Holm-corrected p ${shortP(adjusted[i])}).`] : [],
  );
  const least = tests.reduce((a, b) => (b.adjustedPValue < a.adjustedPValue ? b : a));
  return {
    passed: failed.length === 0,
    tooFewJets,
    reasons:
      failed.length > 0
        ? failed
        : [`${tooFewJets ? tooFew(jets) : ''}${nothingFound(results.length, least)}`],
    level,
    tests,
  };
}

function tooFew(jets: number): string {
  return `Nothing found, but ${jets} jets are too few to judge: with fewer than ${ENOUGH_JETS} the joint tests stay out of the verdict, and the others find large faults alone. `;
}

function nothingFound(count: number, least: { name: string; adjustedPValue: number }): string {
  const smallest = `p ${shortP(least.adjustedPValue)}, ${least.name}`;
  return `None of ${count} tests found a difference (smallest after Holm’s correction: ${smallest}).`;
}

/** A p-value for people, with its relation: `= 0.31`, `= 0.0012`, `= 3e-5`, `< 1e-99`. */
export function shortP(pValue: number): string {
  if (pValue < 1e-99) return '< 1e-99';
  if (pValue >= 0.0995) return `= ${pValue.toFixed(2)}`;
  return `= ${pValue >= 0.001 ? pValue.toPrecision(2) : pValue.toExponential(0)}`;
}
