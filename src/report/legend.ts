/** The legend inside a panel, hand-placed: a point with its bar, a line in its band, and a line of text for each. */
import type { GroupMark, Mark } from 'vega';
import { COLOURS, textMark } from './panel.js';

export type LegendEntry =
  | { readonly kind: 'points'; readonly text: string }
  | { readonly kind: 'line-in-band'; readonly text: string }
  | { readonly kind: 'line'; readonly text: string; readonly colour?: string }
  | { readonly kind: 'band'; readonly text: string; readonly colour: string; readonly opacity: number };

const LINE_HEIGHT = 22;
const KEY_WIDTH = 26;

/** @param x, y pixels in the panel: left end and middle of the first entry. */
export function legend(entries: readonly LegendEntry[], x: number, y: number): GroupMark {
  return {
    type: 'group',
    interactive: false,
    encode: { enter: { x: { value: x }, y: { value: y } } },
    marks: entries.flatMap((entry, i) => [
      ...key(entry, i * LINE_HEIGHT),
      textMark(entry.text, { x: { value: KEY_WIDTH + 9 }, y: { value: i * LINE_HEIGHT + 5 } }),
    ]),
  };
}

function key(entry: LegendEntry, y: number): Mark[] {
  if (entry.kind === 'points') return [rule(KEY_WIDTH / 2, y - 8, KEY_WIDTH / 2, y + 8), circle(y)];
  if (entry.kind === 'band') return [box(y, entry.colour, entry.opacity)];
  const colour = entry.kind === 'line' ? entry.colour : undefined;
  const line = rule(0, y, KEY_WIDTH, y, colour ?? COLOURS.predicted, 1.8);
  return entry.kind === 'line' ? [line] : [box(y, COLOURS.predicted, BAND_OPACITY), line];
}

/** Opacity of the prediction's band, here and in the figure. */
export const BAND_OPACITY = 0.28;

function box(y: number, colour: string, opacity: number): Mark {
  return {
    type: 'rect',
    aria: false,
    encode: {
      enter: {
        x: { value: 0 },
        width: { value: KEY_WIDTH },
        y: { value: y - 6 },
        height: { value: 12 },
        fill: { value: colour },
        fillOpacity: { value: opacity },
      },
    },
  };
}

function rule(x: number, y: number, x2: number, y2: number, stroke = '#000', strokeWidth = 1.2): Mark {
  return {
    type: 'rule',
    aria: false,
    encode: {
      enter: {
        x: { value: x },
        y: { value: y },
        x2: { value: x2 },
        y2: { value: y2 },
        stroke: { value: stroke },
        strokeWidth: { value: strokeWidth },
      },
    },
  };
}

function circle(y: number): Mark {
  return {
    type: 'symbol',
    aria: false,
    encode: {
      enter: {
        x: { value: KEY_WIDTH / 2 },
        y: { value: y },
        size: { value: 18 },
        fill: { value: COLOURS.truth },
      },
    },
  };
}
