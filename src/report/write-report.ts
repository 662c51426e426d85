/**
 * A study's files: report.json, histograms.json, report.html and figures/ as SVG, PNG and JSON, each there whole or not at
 * all, report.html last.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { checkArgument } from '../arguments.js';
import { diskError, writeDurably } from '../files/durable-file.js';
import { uhiJson } from '../files/write-histograms.js';
import type { Report } from '../studies/summarise.js';
import { renderFigure } from './figure.js';
import { reportFigures } from './figures/all.js';
import { reportHistograms } from './histograms.js';
import { reportHtml } from './page.js';
import { openPng } from './png.js';

/**
 * Writes a report's files into a folder, which is made where it is not there: report.json, report.html, the spectra in
 * histograms.json (UHI), and in figures/ each figure as SVG and PNG and its numbers as JSON.
 * Each is there whole or not at all.
 *
 * @param report of {@link study}.
 * @param folder to write into.
 * @param onFigure called with the number of figures written, and of all; with 0 first.
 * @returns the path of report.html.
 * @throws RunError where the disk refuses.
 */
export async function writeReport(
  report: Report,
  folder: string,
  onFigure: (figures: number, all: number) => void = () => {},
): Promise<string> {
  checkArgument('report', report, 'report');
  checkArgument('folder', folder, 'path');
  const figuresFolder = join(folder, 'figures');
  try {
    mkdirSync(figuresFolder, { recursive: true });
  } catch (error) {
    throw diskError(figuresFolder, error);
  }
  const png = await openPng();
  const drawn: Record<string, string> = {};
  const figures = Object.entries(reportFigures(report));
  onFigure(0, figures.length);
  for (const [i, [name, { figure, data }]] of figures.entries()) {
    const svg = await renderFigure(figure);
    drawn[name] = svg;
    writeDurably(join(figuresFolder, `${name}.svg`), [svg]);
    writeDurably(join(figuresFolder, `${name}.json`), [`${JSON.stringify(data)}\n`]);
    if (png) writeDurably(join(figuresFolder, `${name}.png`), [png(svg)]);
    onFigure(i + 1, figures.length);
    // A picture's pixels are freed in the event loop, not by awaiting: without a turn of it all are kept, 5 MB a figure.
    await setImmediate();
  }
  writeDurably(join(folder, 'report.json'), [`${JSON.stringify(report, null, 2)}\n`]);
  writeDurably(join(folder, 'histograms.json'), [uhiJson(reportHistograms(report))]);
  const page = join(folder, 'report.html');
  writeDurably(page, [await reportHtml(report, drawn)]);
  return page;
}

/** Whether a folder has all files of a report. */
export async function isWritten(report: Report, folder: string): Promise<boolean> {
  const endings = ['svg', 'json', ...((await openPng()) ? ['png'] : [])];
  const figures = Object.keys(reportFigures(report)).flatMap((name) =>
    endings.map((ending) => join('figures', `${name}.${ending}`)),
  );
  return ['report.html', 'report.json', 'histograms.json', ...figures].every((file) =>
    existsSync(join(folder, file)),
  );
}
