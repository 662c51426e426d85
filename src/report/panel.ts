/**
 * One framed plot in the manner of a physics paper, as a Vega group: ticks inwards on all four sides, labels and
 * titles outside, the curves between. A figure is one panel or two above each other.
 */
import type { Axis, GroupMark, Mark, Orient, Scale } from 'vega';
import type { Ticks } from './ticks.js';

/** Okabe and Ito's colours, told apart by colour-blind readers too. */
export const COLOURS = {
  predicted: '#0072B2',
  truth: '#000000',
  expected: '#E69F00',
  guide: '#999999',
} as const;

export const FONT = 'Helvetica, Arial, "Liberation Sans", sans-serif';
export const FONT_SIZE = 15;
const MAJOR_TICK = 8;
const MINOR_TICK = 4;

export interface PanelAxis {
  readonly domain: readonly [number, number];
  readonly log: boolean;
  readonly ticks: Ticks;
  /** Markup of typeset.ts; without it neither title nor labels are drawn. */
  readonly title?: string;
}

export interface Panel {
  /** Distance from the figure's top and left, and size, in pixels. */
  readonly top: number;
  readonly left?: number;
  readonly width: number;
  readonly height: number;
  readonly x: PanelAxis;
  readonly y: PanelAxis;
  /** Pixels from the frame to the y axis title, see {@link titleOffset}. */
  readonly titleOffset: number;
  /** What is drawn, with scales `x` and `y`. */
  readonly marks: Mark[];
}

export function panel({ top, left = 0, width, height, x, y, titleOffset, marks }: Panel): GroupMark {
  const scales: Scale[] = [scale('x', x, [0, width]), scale('y', y, [height, 0])];
  const axes = [...frame('x', ['bottom', 'top'], x.ticks), ...frame('y', ['left', 'right'], y.ticks)];
  const text: Mark[] = [
    ...(x.title === undefined ? [] : xText(x.ticks, x.title, width, height)),
    ...(y.title === undefined ? [] : yText(y.ticks, y.title, titleOffset)),
  ];
  return {
    type: 'group',
    encode: {
      enter: { x: { value: left }, y: { value: top }, width: { value: width }, height: { value: height } },
    },
    scales,
    axes,
    marks: [...marks, ...text],
  };
}

function scale(name: 'x' | 'y', { domain, log }: PanelAxis, range: number[]): Scale {
  return { name, type: log ? 'log' : 'linear', domain: [...domain], range, zero: false, nice: false };
}

/** Major and minor ticks, inwards, on two opposite sides. */
function frame(name: 'x' | 'y', sides: readonly Orient[], { major, minor }: Ticks): Axis[] {
  return sides.flatMap((orient) =>
    [
      { values: [...major], size: MAJOR_TICK },
      { values: [...minor], size: MINOR_TICK },
    ].map(({ values, size }) => ({
      scale: name,
      orient,
      values,
      labels: false,
      tickSize: -size,
      tickColor: '#000',
      tickWidth: 1,
      domainColor: '#000',
      domainWidth: 1,
      zindex: 1,
      aria: false,
    })),
  );
}

function xText({ labelled }: Ticks, title: string, width: number, height: number): Mark[] {
  return [
    ...labelled.map(({ value, label }) =>
      textMark(label, { x: { scale: 'x', value }, y: { value: height + 19 }, align: { value: 'center' } }),
    ),
    textMark(title, {
      x: { value: width },
      y: { value: height + 44 },
      align: { value: 'right' },
      fontSize: { value: FONT_SIZE + 2 },
    }),
  ];
}

function yText({ labelled }: Ticks, title: string, offset: number): Mark[] {
  return [
    ...labelled.map(({ value, label }) =>
      textMark(label, {
        x: { value: -8 },
        y: { scale: 'y', value, offset: 5 },
        align: { value: 'right' },
      }),
    ),
    textMark(title, {
      x: { value: -offset },
      y: { value: 0 },
      angle: { value: -90 },
      align: { value: 'right' },
      fontSize: { value: FONT_SIZE + 2 },
    }),
  ];
}

/** How far the title of the y axes must stand off to leave room for their labels, in pixels. */
export function titleOffset(...axes: readonly PanelAxis[]): number {
  const labels = axes.flatMap(({ ticks }) =>
    ticks.labelled.map(({ label }) => label.replace(/[_^{}*]/g, '')),
  );
  return 24 + 0.56 * FONT_SIZE * Math.max(...labels.map((label) => label.length));
}

/** Text with its baseline at (x, y). */
export function textMark(text: string, encode: NonNullable<NonNullable<Mark['encode']>['enter']>): Mark {
  return {
    type: 'text',
    interactive: false,
    aria: false,
    encode: {
      enter: {
        text: { value: text },
        font: { value: FONT },
        fontSize: { value: FONT_SIZE },
        fill: { value: '#000' },
        baseline: { value: 'alphabetic' },
        ...encode,
      },
    },
  };
}
