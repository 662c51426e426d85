/** What lies on the axes of a panel: bands, steps, points with error bars, guide lines; the live kin of report/marks.ts. */
import uPlot from 'uplot';
import type { Point, Range } from '../../src/report/marks.js';
import { faded } from './plot.js';

/** Draws inside the frame alone. */
export function inFrame({ ctx, bbox }: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

export function drawBand(u: uPlot, bins: readonly Range[], colour: string, opacity: number): void {
  inFrame(u, (ctx) => {
    ctx.fillStyle = faded(colour, opacity);
    for (const { from, to, low, high } of bins) {
      const [left, right] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
      const [bottom, top] = [u.valToPos(low, 'y', true), u.valToPos(high, 'y', true)];
      ctx.fillRect(left, top, right - left, bottom - top);
    }
  });
}

/** @param values [bins]; null leaves a gap. */
export function drawSteps(
  u: uPlot,
  edges: readonly number[],
  values: readonly (number | null)[],
  colour: string,
): void {
  inFrame(u, (ctx) => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2 * uPlot.pxRatio;
    ctx.lineJoin = 'round';
    ctx.beginPath();
    values.forEach((value, bin) => {
      if (value === null) return;
      const y = u.valToPos(value, 'y', true);
      const left = u.valToPos(edges[bin]!, 'x', true);
      if (bin > 0 && values[bin - 1] !== null) ctx.lineTo(left, y);
      else ctx.moveTo(left, y);
      ctx.lineTo(u.valToPos(edges[bin + 1]!, 'x', true), y);
    });
    ctx.stroke();
  });
}

export function drawPoints(u: uPlot, points: readonly Point[], colour: string): void {
  inFrame(u, (ctx) => {
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.lineWidth = 1.3 * uPlot.pxRatio;
    for (const point of points) {
      const x = u.valToPos(point.x, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, u.valToPos(point.low, 'y', true));
      ctx.lineTo(x, u.valToPos(point.high, 'y', true));
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(x, u.valToPos(point.y, 'y', true), 2.3 * uPlot.pxRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
  });
}

export function drawGuide(u: uPlot, value: number, colour: string): void {
  inFrame(u, (ctx) => {
    const y = Math.round(u.valToPos(value, 'y', true));
    ctx.strokeStyle = colour;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(u.bbox.left, y);
    ctx.lineTo(u.bbox.left + u.bbox.width, y);
    ctx.stroke();
  });
}
