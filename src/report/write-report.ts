/** A study's files: report.json, report.html and figures/*.svg with their numbers, each there whole or not at all, report.html last. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { diskError, writeDurably } from '../formats/durable-file.js';
import { VARIABLES } from '../jets/columns.js';
import { closureFigure } from './closure-figure.js';
import { coverageFigure, pitFigure } from './ecdf-figure.js';
import { renderFigure } from './figure.js';
import { figureData } from './figure-data.js';
import { type Figures, reportHtml } from './html.js';
import { hasJoint, type Report } from './report.js';
import { spectrumFigure } from './spectrum-figure.js';

/**
 * Writes a report's files into a folder, which is made where it is not there: report.json, report.html, and in
 * figures/ each figure as SVG and its numbers as JSON.
 * Each is there whole or not at all.
 *
 * @param report of {@link study}.
 * @param folder to write into.
 * @returns the path of report.html.
 * @throws RunError where the disk refuses.
 */
export async function writeReport(report: Report, folder: string): Promise<string> {
  const figures = await renderFigures(report);
  const figuresFolder = join(folder, 'figures');
  try {
    mkdirSync(figuresFolder, { recursive: true });
  } catch (error) {
    throw diskError(figuresFolder, error);
  }
  for (const [name, svg] of Object.entries(figures)) writeDurably(join(figuresFolder, `${name}.svg`), [svg]);
  for (const [name, data] of Object.entries(figureData(report)))
    writeDurably(join(figuresFolder, `${name}.json`), [`${JSON.stringify(data)}\n`]);
  writeDurably(join(folder, 'report.json'), [`${JSON.stringify(report, null, 2)}\n`]);
  const page = join(folder, 'report.html');
  writeDurably(page, [reportHtml(report, figures)]);
  return page;
}

/** Every figure as SVG, by its file name without the ending: `spectrum-pt`, `closure-pt` … */
export async function renderFigures(report: Report): Promise<Figures> {
  const figures: Record<string, string> = {};
  for (const variable of VARIABLES) {
    figures[`spectrum-${variable}`] = await renderFigure(spectrumFigure(report, variable));
    figures[`closure-${variable}`] = await renderFigure(closureFigure(report, variable));
  }
  if (hasJoint(report)) {
    const { model } = report.joint;
    for (const variable of VARIABLES)
      figures[`pit-${variable}`] = await renderFigure(pitFigure(report, model, variable));
    figures.coverage = await renderFigure(coverageFigure(report, model));
  }
  return figures;
}
