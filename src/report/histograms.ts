/** A report's histograms as other tools take them: true spectra, predicted ones with their bands, closure. */
import type { Histogram } from '../files/write-histograms.js';
import { UNITS, VARIABLES } from '../jets/columns.js';
import { linearEdges } from '../stats/histogram.js';
import type { Report } from './report.js';

/** For each variable: name/true, name/predicted (median over the replicates, 0.16 to 0.84), name/closure. */
export function reportHistograms({ variables }: Pick<Report, 'variables'>): Histogram[] {
  return VARIABLES.flatMap((variable) => {
    const { marginal, closure } = variables[variable];
    const label = UNITS[variable] ? `${variable} [${UNITS[variable]}]` : variable;
    const { edges, underflow, overflow } = marginal;
    return [
      {
        name: `${variable}/true`,
        label,
        edges,
        values: marginal.truth,
        underflow: underflow.truth,
        overflow: overflow.truth,
      },
      {
        name: `${variable}/predicted`,
        label,
        edges,
        values: marginal.median,
        underflow: underflow.median,
        overflow: overflow.median,
        band: { low: marginal.q16, high: marginal.q84 },
      },
      {
        name: `${variable}/closure`,
        label: `PIT of ${variable}`,
        edges: [...linearEdges(0, 1, closure.counts.length)],
        values: closure.counts,
        underflow: 0,
        overflow: 0,
      },
    ];
  });
}
