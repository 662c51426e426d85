/** A spectrum as it is drawn: bins in the unit of the axis, and the axes that show them. */
import { UNITS, type Variable } from '../../jets/columns.js';
import { quantiles } from '../../stats/quantile.js';
import type { Marginal } from '../../studies/marginal.js';
import type { Range } from '../marks.js';
import { linearAxis, logAxis, type PanelAxis } from '../panel.js';

/** Half heights of the ratio panel to choose from. */
const RATIO_HALVES = [0.05, 0.1, 0.2, 0.5, 0.9];
/** True jets that a bin needs to have a say in the height of the ratio panel. */
const ENOUGH_JETS = 25;

/** One bin of the spectrum, in the unit of the axis: jets, or jets a GeV. */
export interface SpectrumBin extends Range {
  readonly centre: number;
  readonly truth: number;
  readonly truthLow: number;
  readonly truthHigh: number;
  readonly median: number;
  readonly jets: number;
}

/** pt and mass have logarithmic axes, and are counted a GeV. */
export function isLogarithmic(variable: Variable): boolean {
  return variable === 'pt' || variable === 'mass';
}

export function spectrumBins(marginal: Marginal, log: boolean): SpectrumBin[] {
  const { edges, truth, truthLow, truthHigh, median, q16, q84 } = marginal;
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
export function countTitle(edges: readonly number[], variable: Variable): string {
  if (UNITS[variable] === 'GeV') return 'Jets / GeV';
  const width = Number((edges[1] - edges[0]).toPrecision(2));
  return `Jets / ${width}${UNITS[variable] && ` ${UNITS[variable]}`}`;
}

/** @param models whose names stand above the curves. */
export function logCountAxis(bins: readonly SpectrumBin[], models = 1): PanelAxis {
  const seen = bins.flatMap(({ truth, median }) => [truth, median]).filter((value) => value > 0);
  return logAxis([Math.min(...seen) / 3, Math.max(...seen) * 4 * 3 ** models]);
}

/** @param models as of {@link logCountAxis}. */
export function linearCountAxis(bins: readonly SpectrumBin[], models = 1): PanelAxis {
  const highest = Math.max(...bins.map(({ truthHigh, high }) => Math.max(truthHigh, high)));
  return linearAxis([0, highest * (1.2 + 0.12 * models)], 6);
}

export function ratioAxis(bins: readonly SpectrumBin[]): PanelAxis {
  const half = ratioHalf(bins);
  const axis = linearAxis([1 - half, 1 + half], 4, 'Ratio to true');
  // Labels at the ends would run into those of the panel above.
  const labelled = axis.ticks.labelled.filter(({ value }) => Math.abs(value - 1) < 0.9 * half);
  return { ...axis, ticks: { ...axis.ticks, labelled } };
}

/** The smallest height that shows the bands of nine in ten well-filled bins, and the medians of all of them. */
function ratioHalf(bins: readonly SpectrumBin[]): number {
  const filled = bins.filter(({ jets }) => jets >= ENOUGH_JETS);
  const bands = filled.map(({ truth, low, high }) =>
    Math.max(Math.abs(low / truth - 1), Math.abs(high / truth - 1)),
  );
  const medians = filled.map(({ truth, median }) => Math.abs(median / truth - 1));
  const wanted = filled.length > 0 ? Math.max(quantiles(bands, [0.9])[0], ...medians) : 0.5;
  return RATIO_HALVES.find((half) => half >= wanted) ?? RATIO_HALVES[RATIO_HALVES.length - 1];
}
