/** The closure of one variable, live: density of the PIT in its bands, see report/figures/closure.ts. */
import { linearTicks } from '../../src/report/ticks.js';
import type { Closure } from '../../src/studies/closure.js';
import { palette } from '../palette.js';
import { drawBand, drawGuide, drawSteps } from './layers.js';
import { panelChart } from './panel-chart.js';

const HEIGHT = 334;
const OUTER = 0.2;
const INNER = 0.32;
/** Half heights of the panel to choose from, around a density of 1. */
const HALVES = [0.1, 0.2, 0.3, 0.5, 1, 2, 4];

export interface ClosureChart {
  update(closure: Closure): void;
}

export function closureChart(place: HTMLElement): ClosureChart {
  const panel = panelChart(place, { height: HEIGHT, labels: true });
  const x = { domain: [0, 1], log: false, ticks: linearTicks(0, 1, 5) } as const;
  return {
    update({ counts, expected, band, sigma, largestDeviation }) {
      const wanted = 1.15 * Math.max(largestDeviation, band.high / expected - 1);
      const half = HALVES.find((height) => height >= wanted) ?? Math.ceil(wanted);
      const domain = [Math.max(0, 1 - half), 1 + half] as const;
      const edges = Array.from({ length: counts.length + 1 }, (_, i) => i / counts.length);
      const flat = ({ low, high }: { readonly low: number; readonly high: number }) => [
        { from: 0, to: 1, low: (low - 0.5) / expected, high: (high + 0.5) / expected },
      ];
      panel.update(x, { domain, log: false, ticks: linearTicks(...domain, 6) }, (u) => {
        const colours = palette();
        drawBand(u, flat(band), colours.expected, OUTER);
        drawBand(u, flat(sigma), colours.expected, INNER);
        drawGuide(u, 1, colours.faint);
        drawSteps(
          u,
          edges,
          counts.map((count) => count / expected),
          colours.predicted,
        );
      });
    },
  };
}
