/**
 * The marginal spectrum of one variable: true jets as points, the replicates' median as steps in its 0.16-0.84 band,
 * and below it both divided by the true counts. pt and mass: jets per GeV on logarithmic axes.
 */
import type { GroupMark } from 'vega';
import type { Variable } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { Figure } from './figure.js';
import { grouped, SYMBOLS, withUnit } from './labels.js';
import { bandLayer, guideLayer, type Point, pointsLayer, stepLayer } from './layers.js';
import { BAND_OPACITY, legend } from './legend.js';
import { COLOURS, type PanelAxis, panel, titleOffset } from './panel.js';
import type { Report } from './report.js';
import {
  countTitle,
  isLogarithmic,
  linearCountAxis,
  logCountAxis,
  ratioAxis,
  type SpectrumBin,
  spectrumBins,
} from './spectrum-bins.js';
import { linearTicks, logTicks } from './ticks.js';

const WIDTH = 460;
const SPECTRUM_HEIGHT = 300;
const RATIO_HEIGHT = 96;
const GAP = 8;

export function spectrumFigure(report: Report, variable: Variable): Figure {
  const log = isLogarithmic(variable);
  const { marginal } = report.variables[variable];
  const bins = spectrumBins(marginal, log);
  const { edges } = marginal;
  const domain = [edges[0], edges[edges.length - 1]] as const;
  const x: PanelAxis = { domain, log, ticks: log ? logTicks(...domain) : linearTicks(...domain, 7) };
  const y = { ...(log ? logCountAxis(bins) : linearCountAxis(bins)), title: countTitle(edges, variable) };
  const ratio = ratioAxis(bins);
  const offset = titleOffset(y, ratio);
  const { target } = STAGES_OF_TASK[report.task];
  const height = SPECTRUM_HEIGHT + GAP + RATIO_HEIGHT;
  return {
    width: WIDTH,
    height,
    heading: [taskLine(report), `${grouped(report.jets)} jets × ${grouped(report.samples)} samples`],
    description: `Spectrum of ${variable}: true ${target} jets, the median of the replicates with its band, and their ratio.`,
    panels: [
      spectrumPanel(bins, edges, x, y, offset, report),
      ratioPanel(bins, edges, { ...x, title: axisTitle(report, variable) }, ratio, offset),
    ],
  };
}

/** `Simulation: gen → reco`. */
export function taskLine({ task }: Report): string {
  const { input, target } = STAGES_OF_TASK[task];
  return `${task === 'simulation' ? 'Simulation' : 'Correction'}: ${input} → ${target}`;
}

function axisTitle({ task }: Report, variable: Variable): string {
  return `${STAGES_OF_TASK[task].target} jet ${withUnit(variable)}`;
}

function spectrumPanel(
  bins: readonly SpectrumBin[],
  edges: readonly number[],
  x: PanelAxis,
  y: PanelAxis,
  offset: number,
  report: Report,
): GroupMark {
  const [floor] = y.domain;
  const above = (value: number) => Math.max(value, floor);
  return panel({
    top: 0,
    width: WIDTH,
    height: SPECTRUM_HEIGHT,
    x,
    y,
    titleOffset: offset,
    marks: [
      bandLayer(
        bins.filter(({ high }) => high > floor).map((bin) => ({ ...bin, low: above(bin.low) })),
        COLOURS.predicted,
        BAND_OPACITY,
      ),
      stepLayer(
        edges,
        bins.map(({ median }) => (median >= floor ? median : null)),
        COLOURS.predicted,
      ),
      pointsLayer(bins.filter(({ truth }) => truth > 0).map((bin) => truthPoint(bin, above))),
      legend(
        [
          { kind: 'points', text: `True ${STAGES_OF_TASK[report.task].target} jets` },
          { kind: 'line-in-band', text: 'Predicted: median, 68 % of replicates' },
        ],
        // A falling spectrum leaves room at the top right, a flat one gets it above.
        x.log ? WIDTH - 334 : 16,
        22,
      ),
    ],
  });
}

function truthPoint(
  { centre, truth, truthLow, truthHigh }: SpectrumBin,
  above: (value: number) => number,
): Point {
  return { x: centre, y: truth, low: above(truthLow), high: truthHigh };
}

function ratioPanel(
  bins: readonly SpectrumBin[],
  edges: readonly number[],
  x: PanelAxis,
  y: PanelAxis,
  offset: number,
): GroupMark {
  const [bottom, top] = y.domain;
  const inside = (value: number) => Math.min(top, Math.max(bottom, value));
  const filled = bins.filter(({ truth }) => truth > 0);
  const ratios = bins.map(({ truth, median }) => (truth > 0 ? median / truth : null));
  return panel({
    top: SPECTRUM_HEIGHT + GAP,
    width: WIDTH,
    height: RATIO_HEIGHT,
    x,
    y,
    titleOffset: offset,
    marks: [
      guideLayer(1, WIDTH),
      bandLayer(
        filled
          .filter(({ low, high, truth }) => low / truth < top && high / truth > bottom)
          .map(({ from, to, low, high, truth }) => ({
            from,
            to,
            low: inside(low / truth),
            high: inside(high / truth),
          })),
        COLOURS.predicted,
        BAND_OPACITY,
      ),
      stepLayer(
        edges,
        ratios.map((ratio) => (ratio !== null && inside(ratio) === ratio ? ratio : null)),
        COLOURS.predicted,
      ),
      pointsLayer(
        filled.map(({ centre, truth, truthLow, truthHigh }) => ({
          x: centre,
          y: 1,
          low: inside(truthLow / truth),
          high: inside(truthHigh / truth),
        })),
      ),
    ],
  });
}

/** What the figure shows and what it cannot, for the text under it (markup of typeset.ts). */
export function spectrumCaption(
  { samples, task }: Report,
  variable: Variable,
): { shows: string; cannot: string } {
  const { target } = STAGES_OF_TASK[task];
  return {
    shows:
      `${SYMBOLS[variable]} of the true ${target} jets (points, Garwood’s 68 % intervals) and of ${grouped(samples)} ` +
      'predicted spectra of the same jets (median, and band from quantile 0.16 to 0.84).',
    cannot: 'A model that mixes up its answers among the jets has the same spectrum.',
  };
}
