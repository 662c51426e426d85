/** The joint distribution of pt and mass: a histogram in two dimensions, the darker the more samples. */
import type uPlot from 'uplot';
import type { JetAnswer } from '../one-jet/answer.js';
import { onPaletteChange, palette } from '../palette.js';
import { axis, FONT, mountPlot } from './plot.js';

const HEIGHT = 380;

interface Point {
  readonly pt: number;
  readonly mass: number;
}

export interface JointChart {
  update(answer: JetAnswer, input: Point, truth?: Point): void;
}

/** Grid lines would lie on the bins. */
const bare = { grid: { show: false } };

export function jointChart(place: HTMLElement): JointChart {
  let shown: { answer: JetAnswer; input: Point; truth?: Point | undefined } | undefined;
  const image = document.createElement('canvas');
  let ramp = colourRamp();
  onPaletteChange(() => {
    ramp = colourRamp();
    if (shown) paint(image, shown.answer, ramp);
  });
  const range = (variable: 'pt' | 'mass') => (): [number, number] => {
    if (!shown) return [0, 1];
    const { low, high } = shown.answer.variables[variable];
    return [low, high];
  };
  const { plot } = mountPlot(place, {
    height: HEIGHT,
    data: [
      [0, 1],
      [0, 1],
    ],
    options: {
      padding: [8, 22, 0, 0],
      scales: { x: { time: false, range: range('pt') }, y: { range: range('mass') } },
      axes: [
        axis({ size: 30, space: 60, ...bare }),
        axis({ size: 46, label: 'm [GeV]', labelSize: 16, labelFont: FONT, ...bare }),
      ],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: {
        drawClear: [(u) => shown && drawImage(u, image)],
        draw: [(u) => shown && drawMarks(u, shown)],
      },
    },
  });
  return {
    update(answer, input, truth) {
      shown = { answer, input, truth };
      paint(image, answer, ramp);
      const { pt, mass } = answer.variables;
      plot.batch(() => {
        plot.setScale('x', { min: pt.low, max: pt.high });
        plot.setScale('y', { min: mass.low, max: mass.high });
      });
    },
  };
}

/** 256 colours from the paper's to the ink of predictions and beyond, as [r, g, b] bytes. */
function colourRamp(): Uint8ClampedArray {
  const canvas = document.createElement('canvas');
  canvas.width = 256;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const { paper, predicted, ink } = palette();
  const gradient = context.createLinearGradient(0, 0, 256, 0);
  gradient.addColorStop(0, paper);
  gradient.addColorStop(0.65, predicted);
  gradient.addColorStop(1, ink);
  context.fillStyle = gradient;
  context.fillRect(0, 0, 256, 1);
  return context.getImageData(0, 0, 256, 1).data;
}

/** One pixel a bin; pt to the right, mass upwards. */
function paint(image: HTMLCanvasElement, { joint }: JetAnswer, ramp: Uint8ClampedArray): void {
  const { ptBins, massBins, counts } = joint;
  image.width = ptBins;
  image.height = massBins;
  const context = image.getContext('2d')!;
  const pixels = context.createImageData(ptBins, massBins);
  const most = Math.max(1, ...counts);
  for (let i = 0; i < ptBins; i++) {
    for (let j = 0; j < massBins; j++) {
      const count = counts[i * massBins + j]!;
      // The root tells single samples from none.
      const colour = count === 0 ? 0 : Math.round(20 + 235 * Math.sqrt(count / most));
      const at = 4 * ((massBins - 1 - j) * ptBins + i);
      for (let channel = 0; channel < 4; channel++) pixels.data[at + channel] = ramp[4 * colour + channel]!;
    }
  }
  context.putImageData(pixels, 0, 0);
}

function drawImage({ ctx, bbox }: uPlot, image: HTMLCanvasElement): void {
  ctx.save();
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(image, bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.restore();
}

/** A cross at the input jet, a plus at the true answer. */
function drawMarks(u: uPlot, { input, truth }: { input: Point; truth?: Point | undefined }): void {
  const arm = 7 * devicePixelRatio;
  drawMark(u, input, palette().truth, [
    [-arm, -arm, arm, arm],
    [-arm, arm, arm, -arm],
  ]);
  if (truth)
    drawMark(u, truth, palette().answer, [
      [-arm, 0, arm, 0],
      [0, -arm, 0, arm],
    ]);
}

function drawMark(u: uPlot, { pt, mass }: Point, colour: string, strokes: readonly number[][]): void {
  const { ctx, bbox } = u;
  const [x, y] = [u.valToPos(pt, 'x', true), u.valToPos(mass, 'y', true)];
  if (x < bbox.left || x > bbox.left + bbox.width || y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  // A rim in the paper's colour, so that it stands out from dark bins.
  for (const [stroke, width] of [
    [palette().paper, 6],
    [colour, 2.5],
  ] as const) {
    ctx.strokeStyle = stroke;
    ctx.lineWidth = width * devicePixelRatio;
    ctx.beginPath();
    for (const [fromX, fromY, toX, toY] of strokes) {
      ctx.moveTo(x + fromX!, y + fromY!);
      ctx.lineTo(x + toX!, y + toY!);
    }
    ctx.stroke();
  }
  ctx.restore();
}
