/** What a study says in a terminal. */
import type { Report } from '../studies/summarise.js';
import { shortNumber } from './output.js';

/** Closure and medians of the four variables, the verdict and the speed, for a terminal. */
export async function studyTable({ variables, verdict, throughput, joint }: Report): Promise<string> {
  const { shortP, verdictWord } = await import('../studies/verdict.js');
  const { UNITS, VARIABLES } = await import('../jets/columns.js');
  const digits = (value: number | null) => (value === null ? '–' : value.toPrecision(4));
  const table = tableText(
    ['closure', 'average error', 'SD of the error'],
    ['KS', 'p', 'median', 'typical', 'median', 'typical'],
    VARIABLES.map((variable) => {
      const { closure, median } = variables[variable];
      return [
        UNITS[variable] ? `${variable} [${UNITS[variable]}]` : variable,
        closure.ks.toPrecision(2),
        shortP(closure.pValue).replace(/^= /, ''),
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
  const reasons = [`${verdictWord(verdict)}:`, ...verdict.reasons.map((line) => `  ${line}`)];
  const few = joint.withoutPower
    ? [
        `Of ${joint.jets} jets the joint tests would find next to nothing: they are shown, and left out of the verdict`,
      ]
    : [];
  return [table, ...reasons, ...few, speed].join('\n');
}

/** @param over headings over two columns each; may be none. @param rows a name and its cells, which stand to the right. */
export function tableText(
  over: readonly string[],
  head: readonly string[],
  rows: readonly string[][],
): string {
  const all = [['', ...head], ...rows];
  const widths = all[0].map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const gap = '   ';
  const centred = over.map((text, i) => {
    const width = widths[2 * i + 1] + gap.length + widths[2 * i + 2];
    return text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
  });
  const line = (name: string, cells: readonly string[]) =>
    ` ${[name.padEnd(widths[0]), ...cells].join(gap)}`.trimEnd();
  return [
    ...(over.length > 0 ? [line('', centred)] : []),
    ...all.map(([name, ...cells]) =>
      line(
        name,
        cells.map((cell, i) => cell.padStart(widths[i + 1])),
      ),
    ),
  ].join('\n');
}
