/** What a study says in a terminal. */
import type { Report } from '../studies/summarise.js';

/** Closure and medians of the four variables, the verdict and the speed, for a terminal. */
export async function studyTable({ variables, verdict, throughput, joint }: Report): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const { shortNumber } = await import('./output.js');
  const { shortP } = await import('../studies/verdict.js');
  const { UNITS, VARIABLES } = await import('../jets/columns.js');
  const right = (content: string) => ({ content, hAlign: 'right' as const });
  const over = (content: string) => ({ content, colSpan: 2, hAlign: 'center' as const });
  const digits = (value: number | null) => right(value === null ? '–' : value.toPrecision(4));
  const table = new Table({ style: { head: [], border: [] }, chars: BORDERS });
  table.push(
    ['', over('closure'), over('average error'), over('SD of the error')],
    ['', ...['KS', 'p', 'median', 'typical', 'median', 'typical'].map(right)],
    ...VARIABLES.map((variable) => {
      const { closure, median } = variables[variable];
      return [
        UNITS[variable] ? `${variable} [${UNITS[variable]}]` : variable,
        right(closure.ks.toPrecision(2)),
        right(shortP(closure.pValue).replace(/^= /, '')),
        digits(median.meanAbsError),
        digits(median.typicalMeanAbsError),
        digits(median.sdError),
        digits(median.typicalSdError),
      ];
    }),
  );
  const { testSeconds } = throughput;
  const tests = testSeconds === undefined ? '' : `; tests ${testSeconds.toFixed(1)} s`;
  const speed = `${shortNumber(throughput.predictionsPerSecond)} predictions/s on ${throughput.threads} threads, ${throughput.seconds.toFixed(1)} s${tests}`;
  const word = verdict.passed ? (verdict.tooFewJets ? 'Too few jets' : 'Passed') : 'Failed';
  const reasons = [`${word}:`, ...verdict.reasons.map((line) => `  ${line}`)];
  const few = joint.withoutPower
    ? [
        `Of ${joint.jets} jets the joint tests would find next to nothing: they are shown, and left out of the verdict`,
      ]
    : [];
  return [table.toString(), ...reasons, ...few, speed].join('\n');
}

/** No rules at all. */
const BORDERS = {
  top: '',
  bottom: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
