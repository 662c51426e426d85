/** Files that are made of a report: a figure as PNG, and all of it as one page. */
import { renderFigure } from '../../src/report/figure.js';
import { reportFigures } from '../../src/report/figures/all.js';
import { reportHtml } from '../../src/report/page.js';
import type { Report } from '../../src/studies/summarise.js';

/** Pixels a unit of the drawing: sharp in print at half a page. */
const SCALE = 3;

export interface WantedFigure {
  readonly name: string;
  readonly description: string;
  /** The figure as SVG, after which the page has time to breathe. */
  draw(): Promise<string>;
}

export function figuresOf(report: Report, isWanted: (name: string) => boolean = () => true): WantedFigure[] {
  return Object.entries(reportFigures(report)).flatMap(([name, { figure }]) => {
    const draw = async () => {
      const svg = await renderFigure(figure);
      await new Promise((resolve) => setTimeout(resolve));
      return svg;
    };
    return isWanted(name) ? [{ name, description: figure.description, draw }] : [];
  });
}

/** The report that `jet-iqn study` writes: one file that opens offline. @param onShare told the share of it drawn. */
export async function reportFile(report: Report, onShare: (share: number) => void): Promise<Blob> {
  const drawn: Record<string, string> = {};
  const figures = figuresOf(report);
  for (const [i, { name, draw }] of figures.entries()) {
    drawn[name] = await draw();
    onShare((i + 1) / figures.length);
  }
  return new Blob([await reportHtml(report, drawn)], { type: 'text/html' });
}

export async function pngOf(image: HTMLImageElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = SCALE * image.naturalWidth;
  canvas.height = SCALE * image.naturalHeight;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the browser makes no PNG'))),
      'image/png',
    ),
  );
}
