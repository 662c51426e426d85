/** A report of the reference detector, small and quick, for tests of what is made of it. */
import type { Task } from '../../src/model/tasks.js';
import { renderFigure } from '../../src/report/figure.js';
import { type Figures, reportFigures } from '../../src/report/figures/all.js';
import { studyEdges } from '../../src/studies/spectrum-edges.js';
import { type Report, summarise } from '../../src/studies/summarise.js';
import { makeReferenceJets, referenceSession } from '../reference-detector.js';
import { studyPassWith } from '../sampling/study-pass.js';
import { REFERENCE_RUN, referenceCard } from '../studies/reference-card.js';

export async function exampleReport(task: Task = 'simulation', jets = 500): Promise<Report> {
  const table = makeReferenceJets(jets, 2, task);
  const edges = studyEdges(table, task);
  const totals = await studyPassWith(referenceSession(), { table, task, samples: 20, seed: 1, edges });
  return summarise(totals, table, referenceCard(task), REFERENCE_RUN);
}

/** Every figure as SVG, by its name. */
export async function renderFigures(report: Report): Promise<Figures> {
  const figures: Record<string, string> = {};
  for (const [name, { figure }] of Object.entries(reportFigures(report)))
    figures[name] = await renderFigure(figure);
  return figures;
}
