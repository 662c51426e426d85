/** The marginal spectrum of one variable and its ratio to the true one, live: see report/figures/spectrum.ts. */
import type { Variable } from '../../src/jets/columns.js';
import {
  isLogarithmic,
  linearCountAxis,
  logCountAxis,
  ratioAxis,
  spectrumBins,
} from '../../src/report/figures/spectrum-bins.js';
import type { PanelAxis } from '../../src/report/panel.js';
import { linearTicks, logTicks } from '../../src/report/ticks.js';
import type { Marginal } from '../../src/studies/marginal.js';
import { element } from '../dom.js';
import { palette } from '../palette.js';
import { drawBand, drawGuide, drawPoints, drawSteps } from './layers.js';
import { panelChart } from './panel-chart.js';

const SPECTRUM_HEIGHT = 210;
const RATIO_HEIGHT = 124;
const BAND = 0.3;

export interface SpectrumChart {
  update(marginal: Marginal): void;
}

export function spectrumChart(place: HTMLElement, variable: Variable): SpectrumChart {
  const above = element('div');
  const below = element('div');
  place.append(above, below);
  const spectrum = panelChart(above, { height: SPECTRUM_HEIGHT, labels: false });
  const ratio = panelChart(below, { height: RATIO_HEIGHT, labels: true });
  const log = isLogarithmic(variable);
  return {
    update(marginal) {
      const { edges } = marginal;
      const bins = spectrumBins(marginal, log);
      const domain = [edges[0]!, edges.at(-1)!] as const;
      const x: PanelAxis = { domain, log, ticks: log ? logTicks(...domain) : linearTicks(...domain, 6) };
      const y = log ? logCountAxis(bins) : linearCountAxis(bins);
      const [floor] = y.domain;
      spectrum.update(x, y, (u) => {
        const { predicted, truth } = palette();
        drawBand(
          u,
          bins.map((bin) => ({ ...bin, low: Math.max(bin.low, floor), high: Math.max(bin.high, floor) })),
          predicted,
          BAND,
        );
        drawSteps(
          u,
          edges,
          bins.map(({ median }) => (median >= floor && median > 0 ? median : null)),
          predicted,
        );
        drawPoints(
          u,
          bins.flatMap(({ centre, truth, truthLow, truthHigh }) =>
            truth > 0 ? [{ x: centre, y: truth, low: Math.max(truthLow, floor), high: truthHigh }] : [],
          ),
          truth,
        );
      });
      const filled = bins.filter(({ truth }) => truth > 0);
      ratio.update(x, ratioAxis(bins), (u) => {
        const { predicted, truth, faint } = palette();
        drawGuide(u, 1, faint);
        drawBand(
          u,
          filled.map((bin) => ({ ...bin, low: bin.low / bin.truth, high: bin.high / bin.truth })),
          predicted,
          BAND,
        );
        drawSteps(
          u,
          edges,
          bins.map((bin) => (bin.truth > 0 ? bin.median / bin.truth : null)),
          predicted,
        );
        drawPoints(
          u,
          filled.map((bin) => ({
            x: bin.centre,
            y: 1,
            low: bin.truthLow / bin.truth,
            high: bin.truthHigh / bin.truth,
          })),
          truth,
        );
      });
    },
  };
}
