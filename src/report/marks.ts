/**
 * What is drawn in the panels, as Vega marks: text, bands, step histograms, points with error bars, guide lines, matrices'
 * cells and legends. `x` and `y` are the panel's scales.
 */
import type { GroupMark, Mark } from 'vega';

/** Okabe and Ito's colours, told apart by colour-blind readers too. */
export const COLOURS = {
  predicted: '#0072B2',
  truth: '#000000',
  expected: '#E69F00',
  guide: '#999999',
} as const;

/** Pixels, of all text: figures stand at their own size. */
export const FONT_SIZE = 13;
/** Opacity of a band behind a line. */
export const BAND_OPACITY = 0.28;

type Channels = Readonly<Record<string, number | string | object>>;

/** A mark, of which numbers and texts stand for constants. */
export function mark(type: Mark['type'], channels: Channels): Mark {
  const enter = Object.fromEntries(
    Object.entries(channels).map(([name, value]) => [name, typeof value === 'object' ? value : { value }]),
  );
  return { type, interactive: false, aria: false, encode: { enter } } as Mark;
}

/** Text with its baseline at (x, y); markup of typeset.ts. */
export function textMark(text: string, channels: Channels): Mark {
  return mark('text', {
    text,
    font: 'Helvetica, Arial, "Liberation Sans", sans-serif',
    fontSize: FONT_SIZE,
    fill: '#000',
    baseline: 'alphabetic',
    ...channels,
  });
}

/** Marks with their origin at (x, y). */
export function group(marks: readonly Mark[], x = 0, y = 0): GroupMark {
  return {
    type: 'group',
    interactive: false,
    encode: { enter: { x: { value: x }, y: { value: y } } },
    marks: [...marks],
  };
}

/** A broken line between two places. */
export function guide(place: Channels): Mark {
  return mark('rule', { ...place, stroke: COLOURS.guide, strokeDash: { value: [4, 3] } });
}

/** A horizontal line through the whole panel. */
export function guideLayer(value: number, width: number): Mark {
  return guide({ x: 0, x2: width, y: { scale: 'y', value } });
}

/** One bin of a band, or one point with its error bar. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** Filled between `low` and `high` of each bin. */
export function bandLayer(bins: readonly Range[], colour: string, opacity = BAND_OPACITY): GroupMark {
  const place = { x: at('x', 'from'), x2: at('x', 'to'), y: at('y', 'low'), y2: at('y', 'high') };
  return layer(bins, mark('rect', { ...place, fill: colour, fillOpacity: opacity }));
}

/**
 * A histogram's outline.
 *
 * @param edges [bins + 1].
 * @param values [bins]; null leaves a gap.
 */
export function stepLayer(
  edges: readonly number[],
  values: readonly (number | null)[],
  colour: string = COLOURS.predicted,
  dash: readonly number[] = [],
): GroupMark {
  const corners = edges.map((edge, i) => ({ edge, value: values[Math.min(i, values.length - 1)] }));
  return layer(
    corners,
    mark('line', {
      x: at('x', 'edge'),
      y: at('y', 'value'),
      interpolate: 'step-after',
      defined: { signal: 'datum.value !== null' },
      stroke: colour,
      strokeWidth: 1.8,
      ...(dash.length > 0 && { strokeDash: { value: dash } }),
    }),
  );
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Circles with vertical error bars. */
export function pointsLayer(points: readonly Point[], fill: string = COLOURS.truth): GroupMark {
  const x = at('x', 'x');
  return layer(
    points,
    mark('rule', { x, y: at('y', 'low'), y2: at('y', 'high'), stroke: COLOURS.truth, strokeWidth: 1.2 }),
    mark('symbol', { x, y: at('y', 'y'), shape: 'circle', size: 18, fill, stroke: COLOURS.truth }),
  );
}

/** Triangles that point to what lies beyond a panel's edge. */
export function beyondLayer(
  points: readonly { readonly x: number; readonly y: number; readonly shape: string }[],
  colour: string,
  fill = colour,
): GroupMark {
  const place = { x: at('x', 'x'), y: at('y', 'y'), shape: { field: 'shape' } };
  return layer(points, mark('symbol', { ...place, size: 40, fill, stroke: colour }));
}

/** Where a row's number lies on an axis. */
export const at = (scale: 'x' | 'y', field: string) => ({ scale, field });

/** Marks that are drawn for each of the rows, in a group of their own. */
export function layer(rows: readonly object[], ...marks: Mark[]): GroupMark {
  return {
    type: 'group',
    interactive: false,
    data: [{ name: 'rows', values: rows.map((row) => ({ ...row })) }],
    marks: marks.map((each) => ({ ...each, from: { data: 'rows' } }) as Mark),
  };
}

/** A line of text beside what it names: a line, a band or both, or a point with its bar. */
export interface LegendEntry {
  readonly text: string;
  readonly line?: string;
  readonly dash?: readonly number[];
  readonly band?: string;
  /** Of the band. */
  readonly opacity?: number;
  readonly points?: true;
}

export const LEGEND_LINE = 18;
const KEY_WIDTH = 22;
/** Of entries in one line. */
const ROW_KEY = 16;

/** @param x left end of the entries, in pixels of the panel. */
export function legend(entries: readonly LegendEntry[], x = 14): GroupMark {
  const marks = entries.flatMap((entry, i) => [
    ...legendKey(entry, i * LEGEND_LINE),
    textMark(entry.text, { x: KEY_WIDTH + 7, y: i * LEGEND_LINE + 5 }),
  ]);
  return group(marks, x, 20);
}

/** The same in one line, from x on, with the keys' middle at y. */
export function legendRow(entries: readonly LegendEntry[], x: number, y: number): GroupMark {
  let place = 0;
  const marks = entries.flatMap((entry) => {
    const key = group(legendKey(entry, 0, ROW_KEY), place, 0);
    const text = textMark(entry.text, { x: place + ROW_KEY + 5, y: 5 });
    place += ROW_KEY + 16 + 0.54 * FONT_SIZE * entry.text.replace(/[_^{}*]/g, '').length;
    return [key, text];
  });
  return group(marks, x, y);
}

function legendKey(
  { line, dash = [], band, opacity = BAND_OPACITY, points }: LegendEntry,
  y: number,
  width = KEY_WIDTH,
): Mark[] {
  const marks: Mark[] = [];
  if (band) marks.push(mark('rect', { x: 0, width, y: y - 6, height: 12, fill: band, fillOpacity: opacity }));
  if (line)
    marks.push(
      mark('rule', {
        ...{ x: 0, y, x2: width, y2: y, stroke: line, strokeWidth: 1.8 },
        ...(dash.length > 0 && { strokeDash: { value: dash } }),
      }),
    );
  if (points) {
    const x = width / 2;
    marks.push(mark('rule', { x, y: y - 8, x2: x, y2: y + 8, stroke: '#000', strokeWidth: 1.2 }));
    marks.push(mark('symbol', { x, y, size: 18, fill: COLOURS.truth }));
  }
  return marks;
}
