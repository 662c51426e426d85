/** A folded spectrum as other tools take it. */
import type { Histogram } from '../files/write-histograms.js';
import { UNITS, VARIABLES } from '../jets/columns.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';
import type { FoldResult } from '../studies/fold/run-fold.js';

/** For each variable name/folded: the expected weight with a band of one standard error. */
export function foldedHistograms({ edges, spectra }: FoldResult, task: Task): Histogram[] {
  const { target } = STAGES_OF_TASK[task];
  return VARIABLES.map((variable) => {
    const { expected, variance } = spectra[variable];
    const values = [...expected.subarray(1, -1)];
    const errors = [...variance.subarray(1, -1)].map(Math.sqrt);
    const unit = UNITS[variable] ? ` [${UNITS[variable]}]` : '';
    return {
      name: `${variable}/folded`,
      label: `${target} ${variable}${unit}`,
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
