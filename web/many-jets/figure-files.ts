/** The figures of a report as files: the report's own drawings, loaded when they are asked for. */
import type { Variable } from '../../src/jets/columns.js';
import type { Report } from '../../src/studies/summarise.js';

export type FigureKind = 'spectrum' | 'closure';

/** Pixels a unit of the drawing: sharp in print at half a page. */
const SCALE = 3;

export async function figureSvg(report: Report, kind: FigureKind, variable: Variable): Promise<Blob> {
  const { renderFigure } = await import('../../src/report/figure.js');
  const figure =
    kind === 'spectrum'
      ? (await import('../../src/report/figures/spectrum.js')).spectrumFigure(report, variable)
      : (await import('../../src/report/figures/closure.js')).closureFigure(report, variable);
  return new Blob([await renderFigure(figure)], { type: 'image/svg+xml' });
}

export async function figurePng(report: Report, kind: FigureKind, variable: Variable): Promise<Blob> {
  const url = URL.createObjectURL(await figureSvg(report, kind, variable));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = SCALE * image.naturalWidth;
    canvas.height = SCALE * image.naturalHeight;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('the browser makes no PNG'))),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
