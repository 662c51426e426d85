/** Histograms as other tools take them: a report's true spectra, predicted ones with their bands, closure; a folded spectrum. */
import * as v from 'valibot';
import type { Histogram } from '../files/write-histograms.js';
import { byVariable, UNITS, VARIABLES, type Variable } from '../jets/columns.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';
import { linearEdges } from '../stats/histogram.js';
import type { FoldResult } from '../studies/fold.js';
import type { Report } from '../studies/summarise.js';

const numbers = v.array(v.number());
const ends = v.looseObject({ truth: v.number(), median: v.number() });
const REPORT = v.looseObject({
  variables: v.looseObject(
    byVariable(() =>
      v.looseObject({
        marginal: v.looseObject({
          ...{ edges: numbers, truth: numbers, median: numbers, q16: numbers, q84: numbers },
          ...{ underflow: ends, overflow: ends },
        }),
        closure: v.looseObject({ counts: numbers }),
      }),
    ),
  ),
  task: v.picklist(['simulation', 'correction']),
});

/** What a file that calls itself a report lacks of these histograms; undefined where nothing. */
export function reportFault(report: unknown): string | undefined {
  const { issues } = v.safeParse(REPORT, report, { abortEarly: true });
  return issues && `${v.getDotPath(issues[0])}: ${issues[0].message}`;
}

/** For each variable: name/true, name/predicted (median over the replicates, 0.16 to 0.84), name/closure. */
export function reportHistograms({ task, variables }: Pick<Report, 'task' | 'variables'>): Histogram[] {
  const stage = STAGES_OF_TASK[task].target;
  return VARIABLES.flatMap((variable) => {
    const { marginal, closure } = variables[variable];
    const { edges, underflow, overflow } = marginal;
    const spectrum = { axis: variable, stage, label: `${stage} ${withUnit(variable)}`, edges };
    return [
      {
        ...spectrum,
        name: `${variable}/true`,
        values: marginal.truth,
        underflow: underflow.truth,
        overflow: overflow.truth,
      },
      {
        ...spectrum,
        name: `${variable}/predicted`,
        values: marginal.median,
        underflow: underflow.median,
        overflow: overflow.median,
        band: { low: marginal.q16, high: marginal.q84 },
      },
      {
        name: `${variable}/closure`,
        axis: 'pit',
        label: `PIT of ${variable}`,
        edges: [...linearEdges(0, 1, closure.counts.length)],
        values: closure.counts,
        underflow: 0,
        overflow: 0,
      },
    ];
  });
}

/** For each variable name/folded: the expected weight with a band of one standard error. */
export function foldedHistograms({ edges, spectra }: FoldResult, task: Task): Histogram[] {
  const stage = STAGES_OF_TASK[task].target;
  return VARIABLES.map((variable) => {
    const { expected, variance } = spectra[variable];
    const values = [...expected.subarray(1, -1)];
    const errors = [...variance.subarray(1, -1)].map(Math.sqrt);
    return {
      name: `${variable}/folded`,
      axis: variable,
      stage,
      label: `${stage} ${withUnit(variable)}`,
      edges: [...edges[variable]],
      values,
      underflow: expected[0],
      overflow: expected.at(-1)!,
      band: {
        low: values.map((value, bin) => value - errors[bin]),
        high: values.map((value, bin) => value + errors[bin]),
      },
    };
  });
}

function withUnit(variable: Variable): string {
  return UNITS[variable] ? `${variable} [${UNITS[variable]}]` : variable;
}
