/**
 * The predicted distribution of one variable of one jet: samples as a filled histogram, the model's density as a curve,
 * the 68 % interval shaded, lines at the median, at the most probable value and at the input.
 */
import uPlot from 'uplot';
import type { VariableAnswer } from '../one-jet/answer.js';
import { palette } from '../palette.js';
import { axis, FONT, mountPlot } from './plot.js';

const HEIGHT = 190;
/** CSS pixels right of the frame, and left of it, where the densities stand. */
const EDGE = 8;
const Y_AXIS = 42;
const Y_TITLE = 16;
/** CSS pixels: charts on a phone, which need their ticks closer. */
const NARROW = 240;
/** CSS pixels of half a character. */
const HALF_CHARACTER = 3.6;

export interface Shown extends VariableAnswer {
  /** Of the values; empty where they have none. */
  readonly unit: string;
  /** The input jet's own value. */
  readonly input: number;
  /** The true answer, where it is known. */
  readonly truth?: number | undefined;
  /** The answer of another model or jet. */
  readonly pinned?: VariableAnswer | undefined;
}

export interface DensityChart {
  update(shown: Shown): void;
}

/** @param tick a tick's value as text; phi is continued beyond ±π and wrapped here. */
export function densityChart(
  place: HTMLElement,
  tick: (value: number, step: number) => string,
): DensityChart {
  let shown: Shown | undefined;
  const { plot } = mountPlot(place, {
    height: HEIGHT,
    data: [
      [0, 1],
      [0, 1],
    ],
    options: {
      padding: [8, EDGE, 0, 0],
      scales: {
        x: { time: false, range: () => (shown ? rangeOf(shown) : [0, 1]) },
        y: { auto: false, range: (_, min, max) => [min, max] },
      },
      axes: [
        axis({
          size: 30,
          space: (_, __, ___, ____, width) => (width < NARROW ? 50 : 60),
          values: (u, splits, _, __, step) =>
            splits.map((value) => {
              const label = tick(value, step);
              return fits(u, value, label) ? label : '';
            }),
        }),
        axis({
          size: Y_AXIS,
          space: 36,
          label: () => (shown?.unit ? `Density [1/${shown.unit}]` : 'Density'),
          labelSize: Y_TITLE,
          labelFont: FONT,
          grid: { show: false },
          values: (_, splits) => splits.map((value) => String(Number(value.toPrecision(3)))),
        }),
      ],
      series: [{}, { stroke: () => palette().predicted, width: 2, points: { show: false } }],
      hooks: {
        drawClear: [(u) => shown && drawBelow(u, shown)],
        draw: [(u) => shown && drawAbove(u, shown)],
      },
    },
  });
  return {
    update(next) {
      shown = next;
      const points = next.density.length;
      const x = Float64Array.from(
        next.density,
        (_, i) => next.low + ((next.high - next.low) * i) / (points - 1),
      );
      const top = Math.max(...next.density, ...next.histogram, ...(next.pinned?.density ?? []));
      const [min, max] = rangeOf(next);
      // The scale of y follows only the curve; the histogram must fit as well.
      plot.setData([x, next.density], false);
      plot.batch(() => {
        plot.setScale('x', { min, max });
        plot.setScale('y', { min: 0, max: 1.08 * top });
      });
    },
  };
}

/** Ends of the axis: those of both answers. */
function rangeOf({ low, high, pinned }: Shown): [number, number] {
  return [Math.min(low, pinned?.low ?? low), Math.max(high, pinned?.high ?? high)];
}

/** Whether a tick's label lies within the chart: at its ends it would be cut. */
function fits(u: uPlot, value: number, label: string): boolean {
  const x = u.valToPos(value, 'x');
  const room = label.length * HALF_CHARACTER - EDGE;
  return x >= room && x <= u.bbox.width / uPlot.pxRatio - room;
}

function drawBelow(u: uPlot, { low, high, histogram, q16, q84 }: Shown): void {
  const { ctx } = u;
  const { top, height } = u.bbox;
  const x = (value: number) => u.valToPos(value, 'x', true);
  ctx.save();
  ctx.fillStyle = palette().interval;
  ctx.fillRect(x(q16), top, x(q84) - x(q16), height);
  ctx.fillStyle = palette().samples;
  ctx.beginPath();
  const floor = u.valToPos(0, 'y', true);
  ctx.moveTo(x(low), floor);
  histogram.forEach((density, bin) => {
    const y = u.valToPos(density, 'y', true);
    ctx.lineTo(x(low + ((high - low) * bin) / histogram.length), y);
    ctx.lineTo(x(low + ((high - low) * (bin + 1)) / histogram.length), y);
  });
  ctx.lineTo(x(high), floor);
  ctx.fill();
  ctx.restore();
}

function drawAbove(u: uPlot, { median, typical, input, truth, pinned }: Shown): void {
  const colours = palette();
  if (pinned) {
    drawCurve(u, pinned, colours.pinned);
    line(u, pinned.median, colours.pinned, [2, 2]);
  }
  line(u, input, colours.truth, [1, 3]);
  line(u, typical, colours.typical, [7, 4]);
  line(u, median, colours.predicted, []);
  if (truth !== undefined) line(u, truth, colours.answer, [], 3);
}

function drawCurve(u: uPlot, { low, high, density }: VariableAnswer, colour: string): void {
  const { ctx } = u;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * uPlot.pxRatio;
  ctx.beginPath();
  density.forEach((value, i) => {
    const x = low + ((high - low) * i) / (density.length - 1);
    ctx.lineTo(u.valToPos(x, 'x', true), u.valToPos(value, 'y', true));
  });
  ctx.stroke();
  ctx.restore();
}

/** A vertical line, dashed as given in CSS pixels. */
function line(u: uPlot, value: number, colour: string, dash: readonly number[], width = 2): void {
  const { ctx, bbox } = u;
  const x = Math.round(u.valToPos(value, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = width * uPlot.pxRatio;
  ctx.setLineDash(dash.map((length) => length * uPlot.pxRatio));
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
