/**
 * A Vega specification → SVG text: drawn without a canvas, the same bytes each time. Vega's expressions are interpreted,
 * not compiled: pages that forbid eval can draw the same figures.
 */
import type { GroupMark, Spec } from 'vega';
import { textMark } from './marks.js';
import { FIGURE_RIGHT } from './panel.js';
import { escapeText, typesetSvg } from './typeset.js';

/** Pixels around the panels. */
const MARGIN = { right: FIGURE_RIGHT, top: 28, bottom: 44 } as const;

export interface Figure {
  /** Size of the panels' area, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels around it. */
  readonly margin: { readonly left: number; readonly top?: number };
  readonly panels: readonly GroupMark[];
  /** At the top, left and right. */
  readonly heading: readonly [string, string];
  /** What the figure shows, for readers who cannot see it. */
  readonly description: string;
}

/** The figure as a standing SVG document. */
export async function renderFigure(figure: Figure): Promise<string> {
  const { parse, View } = await import('vega');
  const { expressionInterpreter } = await import('vega-interpreter');
  const runtime = parse(specOf(figure), undefined, { ast: true });
  const view = new View(runtime, { renderer: 'none', expr: expressionInterpreter });
  const svg = await view.toSVG();
  view.finalize();
  return typesetSvg(withDescription(concise(svg), figure.description));
}

function specOf({ width, height, margin, panels, heading }: Figure): Spec {
  const [left, right] = heading;
  const padding = { ...MARGIN, ...margin };
  const y = 18 - padding.top;
  return {
    width,
    height,
    padding,
    autosize: 'none',
    background: '#fff',
    marks: [
      ...panels,
      textMark(left, { x: 2 - padding.left, y }),
      textMark(right, { x: width, y, align: 'right' }),
    ],
  };
}

/** Coordinates to a hundredth of a pixel, and none of Vega's roles for its parts: a third of the bytes. */
function concise(svg: string): string {
  return svg
    .replace(/ (?:class|role|aria-[a-z]+|pointer-events)="[^"]*"/g, '')
    .replace(/ (?:d|transform|x|y|x1|x2|y1|y2)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (value) => String(Number(Number(value).toFixed(2)))),
    );
}

/** Gives the drawing one name that a screen reader says. */
function withDescription(svg: string, description: string): string {
  return svg.replace(/<svg([^>]*)>/, `<svg$1 role="img" aria-label="${escapeText(description)}">`);
}
