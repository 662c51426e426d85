/** Every figure of a report by its file name without the ending, and the numbers behind it: what figures/NAME.json holds. */
import { VARIABLES } from '../jets/columns.js';
import { differenceBand } from '../studies/closure.js';
import { closureFigure } from './closure-figure.js';
import { correlationFigure } from './correlation-figure.js';
import { closureEcdfFigure, coverageFigure, pitFigure } from './ecdf-figure.js';
import type { Figure } from './figure.js';
import { localMapFigure } from './local-map-figure.js';
import { pValuesFigure } from './p-values-figure.js';
import { hasJoint, type Report } from './report.js';
import { slicesFigure } from './slices-figure.js';
import { smoothFigure } from './smooth-figure.js';
import { spectrumFigure } from './spectrum-figure.js';

export interface ReportFigure {
  readonly figure: Figure;
  /** Parts of report.json as they are there. */
  readonly data: unknown;
}

export function reportFigures(report: Report): Record<string, ReportFigure> {
  const figures: Record<string, ReportFigure> = {};
  const byVariable = <T>(of: (variable: (typeof VARIABLES)[number]) => T) =>
    Object.fromEntries(VARIABLES.map((variable) => [variable, of(variable)]));
  for (const variable of VARIABLES) {
    const { marginal, closure } = report.variables[variable];
    figures[`spectrum-${variable}`] = { figure: spectrumFigure(report, variable), data: marginal };
    figures[`closure-${variable}`] = { figure: closureFigure(report, variable), data: closure };
  }
  const band = differenceBand(report.jets);
  figures['closure-ecdf'] = {
    figure: closureEcdfFigure(report, band),
    data: { band, ...byVariable((variable) => report.variables[variable].closure.ecdf) },
  };
  if (!hasJoint(report)) return figures;
  const { model, control } = report.joint;
  const { rosenblatt, c2st, tarp, dependence, slices } = model;
  for (const variable of VARIABLES)
    figures[`slices-${variable}`] = {
      figure: slicesFigure(report, model, variable),
      data: slices.map(({ variables, ...slice }) => ({ ...slice, ...variables?.[variable] })),
    };
  const { pairs, jets, smooth, ...uniformity } = rosenblatt;
  figures.pit = { figure: pitFigure(report, model), data: uniformity };
  figures.smooth = { figure: smoothFigure(report, model), data: { ...smooth, pairs, jets } };
  figures['local-map'] = { figure: localMapFigure(report, model), data: c2st };
  figures.coverage = { figure: coverageFigure(report, model), data: tarp };
  figures.correlations = { figure: correlationFigure(report, model), data: dependence };
  figures['p-values'] = {
    figure: pValuesFigure(report, model, control),
    data: { model: model.tests, control: control.tests },
  };
  return figures;
}
