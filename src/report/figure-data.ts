/** The numbers behind each figure, for who wants to draw it otherwise: what figures/NAME.json holds. */
import { VARIABLES } from '../jets/columns.js';
import { hasJoint, type Report } from './report.js';

/** By the figure's name: `spectrum-pt`, `closure-pt`, `pit-pt` … and `coverage`; parts of report.json as they are there. */
export function figureData(report: Report): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const variable of VARIABLES) {
    const { marginal, closure } = report.variables[variable];
    data[`spectrum-${variable}`] = marginal;
    data[`closure-${variable}`] = closure;
  }
  if (hasJoint(report)) {
    const { rosenblatt, tarp } = report.joint.model;
    for (const variable of VARIABLES)
      data[`pit-${variable}`] = { band: rosenblatt.band, ...rosenblatt.variables[variable] };
    data.coverage = tarp;
  }
  return data;
}
