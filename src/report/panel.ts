/**
 * One framed plot in the manner of a physics paper, as a Vega group: ticks inwards on all four sides, labels and
 * titles outside, the curves between. A figure is one panel or two above each other.
 */
import type { Axis, GroupMark, Mark, Orient, Scale } from 'vega';
import { FONT_SIZE, textMark } from './marks.js';
import { linearTicks, logTicks, type Ticks } from './ticks.js';

const MAJOR_TICK = 8;
const MINOR_TICK = 4;

/** Pixels of a figure with its margins: three fit side by side on a wide page, one on a phone. */
export const FIGURE_WIDTH = 360;
/** Of them, right of the frame: half of a label. */
export const FIGURE_RIGHT = 12;

export interface PanelAxis {
  readonly domain: readonly [number, number];
  readonly log: boolean;
  readonly ticks: Ticks;
  /** Markup of typeset.ts; without it neither title nor labels are drawn. */
  readonly title?: string;
}

/** @param count labelled ticks, about. */
export function linearAxis(domain: readonly [number, number], count: number, title?: string): PanelAxis {
  return { domain, log: false, ticks: linearTicks(...domain, count), ...(title !== undefined && { title }) };
}

export function logAxis(domain: readonly [number, number], title?: string): PanelAxis {
  return { domain, log: true, ticks: logTicks(...domain), ...(title !== undefined && { title }) };
}

export interface Panel {
  /** Distance from the figure's top and left, 0 by default, and size, in pixels. */
  readonly top?: number;
  readonly left?: number;
  readonly width: number;
  readonly height: number;
  readonly x: PanelAxis;
  readonly y: PanelAxis;
  /** Pixels from the frame to the y axis title; default: {@link titleOffset} of the y axis. */
  readonly titleOffset?: number;
  /** What is drawn, with scales `x` and `y`. */
  readonly marks: readonly Mark[];
}

export function panel({ top = 0, left = 0, width, height, x, y, marks, ...more }: Panel): GroupMark {
  const { titleOffset: offset = titleOffset(y) } = more;
  const text = [
    ...(x.title === undefined ? [] : xText(x, x.title, width, height)),
    ...(y.title === undefined ? [] : yText(y.ticks, y.title, offset)),
  ];
  return {
    type: 'group',
    encode: {
      enter: { x: { value: left }, y: { value: top }, width: { value: width }, height: { value: height } },
    },
    scales: [scale('x', x, [0, width]), scale('y', y, [height, 0])],
    axes: [...frame('x', ['bottom', 'top'], x.ticks), ...frame('y', ['left', 'right'], y.ticks)],
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

function xText({ domain, log, ticks }: PanelAxis, title: string, width: number, height: number): Mark[] {
  const [low, high, of] = [...domain, log ? Math.log : Number];
  return [
    ...ticks.labelled.map(({ value, label }) => {
      const place = (width * (of(value) - of(low))) / (of(high) - of(low));
      // Beyond the figure's edge nothing would be drawn.
      const offset = Math.min(0, width + FIGURE_RIGHT - textWidth(label) / 2 - place);
      return textMark(label, { x: { scale: 'x', value, offset }, y: height + 19, align: 'center' });
    }),
    textMark(title, { x: width, y: height + 38, align: 'right' }),
  ];
}

function yText({ labelled }: Ticks, title: string, offset: number): Mark[] {
  return [
    ...labelled.map(({ value, label }) =>
      textMark(label, { x: -8, y: { scale: 'y', value, offset: 5 }, align: 'right' }),
    ),
    textMark(title, { x: -offset, y: 0, angle: -90, align: 'right' }),
  ];
}

/** How far the title of the y axes must stand off to leave room for their labels, in pixels. */
export function titleOffset(...axes: readonly PanelAxis[]): number {
  const labels = axes.flatMap(({ ticks }) => ticks.labelled.map(({ label }) => textWidth(label)));
  return 18 + Math.max(0, ...labels);
}

/** Of digits, in pixels. @param text markup of typeset.ts. */
function textWidth(text: string): number {
  return 0.56 * FONT_SIZE * text.replace(/[_^{}*]/g, '').length;
}

/** Left margin and width of panels with these y axes, in a figure of `width` pixels in all. */
export function panelRoom(width: number, ...axes: readonly PanelAxis[]): { left: number; width: number } {
  const left = Math.ceil(titleOffset(...axes) + FONT_SIZE);
  return { left, width: width - left - FIGURE_RIGHT };
}
