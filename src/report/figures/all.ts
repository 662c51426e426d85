/** Every figure of a report by its file name without the ending, and the numbers behind it: what figures/NAME.json holds. */
import { VARIABLES } from '../../jets/columns.js';
import { differenceBand } from '../../studies/closure.js';
import { hasJoint, type Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { COLOURS } from '../marks.js';
import { closureFigure } from './closure.js';
import { closureEcdfFigure, coverageFigure, pitFigure } from './ecdf.js';
import { correlationFigure, localMapFigure, smoothFigure } from './maps.js';
import { pValuesFigure } from './p-values.js';
import { RESPONSE_PANELS, responseFigures } from './response.js';
import { spectrumFigure } from './spectrum.js';

export interface ReportFigure {
  readonly figure: Figure;
  /** Parts of report.json as they are there. */
  readonly data: unknown;
}

/** Drawn figures as SVG, by name. */
export type Figures = Readonly<Record<string, string>>;

export function reportFigures(report: Report): Record<string, ReportFigure> {
  const figures: Record<string, ReportFigure> = {};
  const ecdfs: Record<string, unknown> = {};
  for (const variable of VARIABLES) {
    const { marginal, closure } = report.variables[variable];
    figures[`spectrum-${variable}`] = { figure: spectrumFigure(report, variable), data: marginal };
    figures[`closure-${variable}`] = { figure: closureFigure(report, variable), data: closure };
    ecdfs[variable] = closure.ecdf;
  }
  const band = differenceBand(report.jets);
  figures['closure-ecdf'] = { figure: closureEcdfFigure(report, band), data: { band, ...ecdfs } };
  if (!hasJoint(report)) return figures;
  const { model, control } = report.joint;
  const { rosenblatt, c2st, tarp, dependence } = model;
  const responses = responseFigures([{ name: 'predicted', colour: COLOURS.predicted, report }]);
  for (const [name, { figure, range, kind }] of Object.entries(responses)) {
    const { variables, ...bins } = range;
    const curves = RESPONSE_PANELS[kind].map(({ variable }) => [variable, variables[variable]]);
    figures[name] = { figure, data: { ...bins, ...Object.fromEntries(curves) } };
  }
  const { pairs, jets, smooth, ...uniformity } = rosenblatt;
  figures.pit = { figure: pitFigure(report, model), data: uniformity };
  figures.smooth = { figure: smoothFigure(report, model), data: { ...smooth, pairs, jets } };
  figures['local-map'] = { figure: localMapFigure(report, model), data: c2st };
  figures.coverage = { figure: coverageFigure(report, model), data: tarp };
  figures.correlations = { figure: correlationFigure(report, model), data: dependence };
  const tests = { model: model.tests, control: control.tests };
  figures['p-values'] = { figure: pValuesFigure(report, model, control), data: tests };
  return figures;
}
