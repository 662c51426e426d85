/** Lines in one frame: figures of a training run against its epochs, or of many runs against an option. */
import type { GroupMark, Mark } from 'vega';
import type { Figure } from '../src/report/figure.js';
import { type PanelAxis, panel, textMark, titleOffset } from '../src/report/panel.js';
import { linearTicks, logTicks } from '../src/report/ticks.js';

const WIDTH = 460;
const HEIGHT = 300;
/** Okabe and Ito's colours, in an order in which neighbours differ in lightness too. */
const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#000000'];

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Marks at the points besides the line; default: where there are 30 points or fewer. */
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
  return {
    width: WIDTH,
    height: HEIGHT,
    heading,
    description,
    panels: [
      panel({
        top: 0,
        width: WIDTH,
        height: HEIGHT,
        x: xAxis,
        y: yAxis,
        titleOffset: titleOffset(yAxis),
        marks: [
          ...drawn.map((curve, i) => lineMarks(curve, PALETTE[i % PALETTE.length]!)),
          ...(curves.length > 1 ? names(curves) : []),
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
    return { domain: [low, high], log, ticks: logTicks(low, high), title };
  }
  const room = margin * (high - low) || Math.abs(high) * 0.1 || 1;
  // Shares and losses are never negative: their axis does not go there.
  [low, high] = [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
  return { domain: [low, high], log, ticks: linearTicks(low, high, 6), title };
}

function lineMarks({ points, marks = points.length <= 30 }: Curve, colour: string): GroupMark {
  const place = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const line: Mark = {
    type: 'line',
    from: { data: 'rows' },
    encode: { enter: { ...place, stroke: { value: colour }, strokeWidth: { value: 1.8 } } },
  };
  const circles: Mark = {
    type: 'symbol',
    from: { data: 'rows' },
    encode: { enter: { ...place, size: { value: 22 }, fill: { value: colour } } },
  };
  return {
    type: 'group',
    interactive: false,
    data: [{ name: 'rows', values: points.map(({ x, y }) => ({ x, y })) }],
    marks: [line, ...(marks ? [circles] : [])].map((mark) => ({ ...mark, interactive: false, aria: false })),
  };
}

/** The curves' names in their colours, in the upper right corner. */
function names(curves: readonly Curve[]): Mark[] {
  return curves.map(({ name }, i) =>
    textMark(name, {
      x: { value: WIDTH - 16 },
      y: { value: 26 + 21 * i },
      align: { value: 'right' },
      fill: { value: PALETTE[i % PALETTE.length]! },
    }),
  );
}
