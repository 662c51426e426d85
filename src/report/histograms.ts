/**
 * Histograms as other tools take them: a report's true spectra, predicted ones with their bands, closure, scale and
 * resolution; a folded spectrum.
 */
import type { Histogram } from '../files/write-histograms.js';
import { UNITS, VARIABLES, type Variable } from '../jets/columns.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';
import { linearEdges } from '../stats/histogram.js';
import type { FoldResult } from '../studies/fold.js';
import { RESPONSE_FIGURES, type ResponseRange } from '../studies/joint/response.js';
import { hasJoint, type Report } from '../studies/summarise.js';

/**
 * For each variable: name/true, name/predicted (median over the replicates, 0.16 to 0.84), name/closure; then scale and
 * resolution.
 */
export function reportHistograms(report: Pick<Report, 'task' | 'variables' | 'joint'>): Histogram[] {
  const { task, variables } = report;
  const stage = STAGES_OF_TASK[task].target;
  const spectra = VARIABLES.flatMap((variable) => {
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
  return [
    ...spectra,
    ...(hasJoint(report) ? report.joint.response.flatMap((range) => ofRange(task, range)) : []),
  ];
}

/**
 * `pt/median/eta_0_1.3/true` and so on: figures of the response in bins of pt (or |eta|) for a range of the other; the band
 * of the true ones is one standard error, that of the predicted ones 0.16 to 0.84 of the replicates.
 */
function ofRange(task: Task, { of, low, high, along, edges, variables }: ResponseRange): Histogram[] {
  if (edges.length === 0) return [];
  const { input, target } = STAGES_OF_TASK[task];
  const place = `${of === 'pt' ? 'pt' : 'eta'}_${low}_${high ?? 'inf'}`;
  // Not "pt": these are no spectra, and are never read as such.
  const axis = along === 'pt' ? 'jet_pt' : 'jet_abs_eta';
  const label = along === 'pt' ? `${input} pt [GeV]` : `${input} |eta|`;
  return VARIABLES.flatMap((variable) =>
    RESPONSE_FIGURES.flatMap((figure): Histogram[] => {
      const { truth, error, predicted, q16, q84 } = variables[variable][figure];
      const common = { axis, stage: input, label, edges, underflow: 0, overflow: 0 };
      const name = `${target}_${variable}/${figure}/${place}`;
      const [less, more] = [-1, 1].map((sign) => truth.map((value, bin) => value + sign * error[bin]));
      return [
        { ...common, name: `${name}/true`, values: truth, band: { low: less, high: more } },
        { ...common, name: `${name}/predicted`, values: predicted, band: { low: q16, high: q84 } },
      ];
    }),
  );
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
