/** Lines in one frame: figures of a training run against its epochs, or of many runs against an option. */
import type { GroupMark, Mark } from 'vega';
import type { Figure } from '../src/report/figure.js';
import { at, layer, mark, textMark } from '../src/report/marks.js';
import { FIGURE_WIDTH, linearAxis, logAxis, type PanelAxis, panel, panelRoom } from '../src/report/panel.js';
import { logTicks } from '../src/report/ticks.js';

const HEIGHT = 240;
/** Okabe and Ito's colours, in an order in which neighbours differ in lightness too. */
const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#000000'];

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Marks at the points beside the line; default: where there are 30 points or fewer. */
  readonly marks?: boolean;
}

export interface CurvePlot {
  readonly curves: readonly Curve[];
  /** Axis titles, markup of typeset.ts. */
  readonly x: { readonly title: string; readonly log?: boolean };
  readonly y: { readonly title: string; readonly log?: boolean };
  readonly heading: readonly [string, string];
  /** What it shows, for readers who cannot see it. */
  readonly description: string;
}

/** Points that are not finite, or not positive on a logarithmic axis, are left out. */
export function curveFigure({ curves, x, y, heading, description }: CurvePlot): Figure {
  const drawn = curves.map((curve) => ({
    ...curve,
    points: curve.points.filter((point) => fits(point.x, x.log) && fits(point.y, y.log)),
  }));
  const points = drawn.flatMap((curve) => curve.points);
  const xAxis = axis(
    points.map((point) => point.x),
    x,
    0.02,
  );
  const yAxis = axis(
    points.map((point) => point.y),
    y,
    0.06,
  );
  const { left, width } = panelRoom(FIGURE_WIDTH, yAxis);
  return {
    width,
    height: HEIGHT,
    margin: { left },
    heading,
    description,
    panels: [
      panel({
        width,
        height: HEIGHT,
        x: xAxis,
        y: yAxis,
        marks: [
          ...drawn.map((curve, i) => lineMarks(curve, PALETTE[i % PALETTE.length]!)),
          ...(curves.length > 1 ? names(curves, width) : []),
        ],
      }),
    ],
  };
}

function fits(value: number, log = false): boolean {
  return Number.isFinite(value) && (!log || value > 0);
}

function axis(values: readonly number[], { title, log = false }: CurvePlot['x'], margin: number): PanelAxis {
  let [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0.1, 1];
  if (log) {
    const fold = Math.max(1.3, (high / low) ** margin);
    [low, high] = [low / fold, high * fold];
    // Between two powers of ten there may be no label: out to both.
    if (logTicks(low, high).labelled.length < 2)
      [low, high] = [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
    return logAxis([low, high], title);
  }
  const room = margin * (high - low) || Math.abs(high) * 0.1 || 1;
  // Shares and losses are never negative: their axis does not go there.
  [low, high] = [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
  return linearAxis([low, high], 6, title);
}

function lineMarks({ points, marks = points.length <= 30 }: Curve, colour: string): GroupMark {
  const place = { x: at('x', 'x'), y: at('y', 'y') };
  return layer(
    points,
    mark('line', { ...place, stroke: colour, strokeWidth: 1.8 }),
    ...(marks ? [mark('symbol', { ...place, size: 22, fill: colour })] : []),
  );
}

/** The curves' names in their colours, in the upper right corner. */
function names(curves: readonly Curve[], width: number): Mark[] {
  return curves.map(({ name }, i) =>
    textMark(name, {
      x: width - 14,
      y: 24 + 18 * i,
      align: 'right',
      fill: PALETTE[i % PALETTE.length]!,
    }),
  );
}
