/**
 * The marginal spectrum of one variable: true jets as points, the replicates' median as steps in its 0.16-0.84 band,
 * and below it both divided by the true counts. pt and mass: jets per GeV on logarithmic axes.
 */
import type { GroupMark } from 'vega';
import { UNITS, type Variable } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import { quantiles } from '../stats/quantile.js';
import type { Figure } from './figure.js';
import { grouped, SYMBOLS, withUnit } from './labels.js';
import { bandLayer, guideLayer, type Point, pointsLayer, type Range, stepLayer } from './layers.js';
import { BAND_OPACITY, legend } from './legend.js';
import { COLOURS, type PanelAxis, panel, titleOffset } from './panel.js';
import type { Report } from './report.js';
import { linearTicks, logTicks } from './ticks.js';

const WIDTH = 460;
const SPECTRUM_HEIGHT = 300;
const RATIO_HEIGHT = 96;
const GAP = 8;
/** Half heights of the ratio panel to choose from. */
const RATIO_HALVES = [0.05, 0.1, 0.2, 0.5, 0.9];
/** True jets that a bin needs to have a say in the height of the ratio panel. */
const ENOUGH_JETS = 25;

/** One bin of the spectrum, in the unit of the axis: jets, or jets a GeV. */
interface Bin extends Range {
  readonly centre: number;
  readonly truth: number;
  readonly truthLow: number;
  readonly truthHigh: number;
  readonly median: number;
  readonly jets: number;
}

export function spectrumFigure(report: Report, variable: Variable): Figure {
  const log = variable === 'pt' || variable === 'mass';
  const bins = binsOf(report, variable, log);
  const { edges } = report.variables[variable].marginal;
  const domain = [edges[0], edges[edges.length - 1]] as const;
  const x: PanelAxis = { domain, log, ticks: log ? logTicks(...domain) : linearTicks(...domain, 7) };
  const y = { ...(log ? logAxis(bins) : linearAxis(bins)), title: countTitle(edges, variable) };
  const ratioAxis = ratioAxisOf(bins);
  const offset = titleOffset(y, ratioAxis);
  const { target } = STAGES_OF_TASK[report.task];
  const height = SPECTRUM_HEIGHT + GAP + RATIO_HEIGHT;
  return {
    width: WIDTH,
    height,
    heading: [taskLine(report), `${grouped(report.jets)} jets × ${grouped(report.samples)} samples`],
    description: `Spectrum of ${variable}: true ${target} jets, the median of the replicates with its band, and their ratio.`,
    panels: [
      spectrumPanel(bins, edges, x, y, offset, report),
      ratioPanel(bins, edges, { ...x, title: axisTitle(report, variable) }, ratioAxis, offset),
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

function binsOf(report: Report, variable: Variable, log: boolean): Bin[] {
  const { edges, truth, truthLow, truthHigh, median, q16, q84 } = report.variables[variable].marginal;
  return truth.map((jets, bin) => {
    const [from, to] = [edges[bin], edges[bin + 1]];
    const unit = log ? to - from : 1;
    return {
      from,
      to,
      centre: log ? Math.sqrt(from * to) : (from + to) / 2,
      jets,
      truth: jets / unit,
      truthLow: truthLow[bin] / unit,
      truthHigh: truthHigh[bin] / unit,
      median: median[bin] / unit,
      low: q16[bin] / unit,
      high: q84[bin] / unit,
    };
  });
}

/** What a bin's height counts: jets per GeV, or per bin of the width named. */
function countTitle(edges: readonly number[], variable: Variable): string {
  if (UNITS[variable] === 'GeV') return 'Jets / GeV';
  const width = Number((edges[1] - edges[0]).toPrecision(2));
  return `Jets / ${width}${UNITS[variable] && ` ${UNITS[variable]}`}`;
}

function spectrumPanel(
  bins: readonly Bin[],
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
        x.log ? WIDTH - 316 : 16,
        22,
      ),
    ],
  });
}

function truthPoint({ centre, truth, truthLow, truthHigh }: Bin, above: (value: number) => number): Point {
  return { x: centre, y: truth, low: above(truthLow), high: truthHigh };
}

function logAxis(bins: readonly Bin[]): PanelAxis {
  const seen = bins.flatMap(({ truth, median }) => [truth, median]).filter((value) => value > 0);
  const low = Math.min(...seen) / 3;
  const high = Math.max(...seen) * 12;
  return { domain: [low, high], log: true, ticks: logTicks(low, high) };
}

function linearAxis(bins: readonly Bin[]): PanelAxis {
  const highest = Math.max(...bins.map(({ truthHigh, high }) => Math.max(truthHigh, high)));
  const domain = [0, highest * 1.32] as const;
  return { domain, log: false, ticks: linearTicks(...domain, 6) };
}

function ratioAxisOf(bins: readonly Bin[]): PanelAxis {
  const half = ratioHalf(bins);
  const domain = [1 - half, 1 + half] as const;
  const ticks = linearTicks(...domain, 4);
  // Labels at the ends would run into those of the panel above.
  const labelled = ticks.labelled.filter(({ value }) => Math.abs(value - 1) < 0.9 * half);
  return { domain, log: false, ticks: { ...ticks, labelled }, title: 'Ratio to true' };
}

function ratioPanel(
  bins: readonly Bin[],
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

/** The smallest height that shows the bands of nine in ten well-filled bins, and the medians of all of them. */
function ratioHalf(bins: readonly Bin[]): number {
  const filled = bins.filter(({ jets }) => jets >= ENOUGH_JETS);
  const bands = filled.map(({ truth, low, high }) =>
    Math.max(Math.abs(low / truth - 1), Math.abs(high / truth - 1)),
  );
  const medians = filled.map(({ truth, median }) => Math.abs(median / truth - 1));
  const wanted = filled.length > 0 ? Math.max(quantiles(bands, [0.9])[0], ...medians) : 0.5;
  return RATIO_HALVES.find((half) => half >= wanted) ?? RATIO_HALVES[RATIO_HALVES.length - 1];
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
