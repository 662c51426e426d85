/** What is drawn inside a panel: bands, step histograms, points with error bars, guide lines. Scales are `x` and `y`. */
import type { GroupMark, Mark } from 'vega';
import { COLOURS } from './panel.js';

/** One bin of a band, or one point with its error bar. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** Filled between `low` and `high` of each bin. */
export function bandLayer(bins: readonly Range[], colour: string, opacity: number): GroupMark {
  return layer(bins, {
    type: 'rect',
    encode: {
      enter: {
        x: { scale: 'x', field: 'from' },
        x2: { scale: 'x', field: 'to' },
        y: { scale: 'y', field: 'low' },
        y2: { scale: 'y', field: 'high' },
        fill: { value: colour },
        fillOpacity: { value: opacity },
      },
    },
  });
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
  colour: string,
): GroupMark {
  const corners = edges.map((edge, i) => ({ edge, value: values[Math.min(i, values.length - 1)] }));
  return layer(corners, {
    type: 'line',
    encode: {
      enter: {
        x: { scale: 'x', field: 'edge' },
        y: { scale: 'y', field: 'value' },
        interpolate: { value: 'step-after' },
        defined: { signal: 'datum.value !== null' },
        stroke: { value: colour },
        strokeWidth: { value: 1.8 },
      },
    },
  });
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Filled circles with vertical error bars. */
export function pointsLayer(points: readonly Point[], colour: string = COLOURS.truth): GroupMark {
  const bar: Mark = {
    type: 'rule',
    from: { data: 'rows' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'x' },
        y: { scale: 'y', field: 'low' },
        y2: { scale: 'y', field: 'high' },
        stroke: { value: colour },
        strokeWidth: { value: 1.2 },
      },
    },
  };
  const circle: Mark = {
    type: 'symbol',
    encode: {
      enter: {
        x: { scale: 'x', field: 'x' },
        y: { scale: 'y', field: 'y' },
        shape: { value: 'circle' },
        size: { value: 18 },
        fill: { value: colour },
      },
    },
  };
  return layer(points, circle, [bar]);
}

/** A horizontal line through the whole panel. */
export function guideLayer(value: number, width: number): GroupMark {
  return layer([{ value }], {
    type: 'rule',
    encode: {
      enter: {
        x: { value: 0 },
        x2: { value: width },
        y: { scale: 'y', field: 'value' },
        stroke: { value: COLOURS.guide },
        strokeDash: { value: [4, 3] },
      },
    },
  });
}

/** `rows` as the data of a mark, in a group of their own. */
function layer(rows: readonly object[], mark: Mark, below: readonly Mark[] = []): GroupMark {
  return {
    type: 'group',
    interactive: false,
    data: [{ name: 'rows', values: rows.map((row) => ({ ...row })) }],
    marks: [...below, { ...mark, from: { data: 'rows' } } as Mark].map((each) => ({
      ...each,
      interactive: false,
      aria: false,
    })),
  };
}
