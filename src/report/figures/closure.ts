/** The closure histogram of one variable: density of the PIT in 50 bins, with the bands in which a right model stays. */
import type { Variable } from '../../jets/columns.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { headingOf, pEquals, SYMBOLS } from '../labels.js';
import {
  BAND_OPACITY,
  bandLayer,
  COLOURS,
  guideLayer,
  LEGEND_LINE,
  legend,
  stepLayer,
  textMark,
} from '../marks.js';
import { FIGURE_WIDTH, linearAxis, panel, panelRoom } from '../panel.js';

const HEIGHT = 312;
const OUTER_OPACITY = 0.24;
/** Half heights of the panel to choose from, around a density of 1. */
const HALVES = [0.1, 0.2, 0.3, 0.5, 1];

export function closureFigure(report: Report, variable: Variable): Figure {
  const { counts, expected, band, sigma, ks, pValue, largestDeviation } = report.variables[variable].closure;
  const edges = Array.from({ length: counts.length + 1 }, (_, i) => i / counts.length);
  const density = counts.map((count) => count / expected);
  const wanted = 1.35 * Math.max(largestDeviation, band.high / expected - 1, 1 - band.low / expected);
  const half = HALVES.find((height) => height >= wanted) ?? Math.ceil(wanted);
  // Above the curve there is room for four lines of text.
  const domain = [Math.max(0, 1 - half), 1 + 1.4 * half] as const;
  const y = linearAxis(domain, 6, 'Density of jets');
  const { left, width } = panelRoom(FIGURE_WIDTH, y);
  const flat = (low: number, high: number) => [
    { from: 0, to: 1, low: Math.max(domain[0], (low - 0.5) / expected), high: (high + 0.5) / expected },
  ];
  const drawn = panel({
    width,
    height: HEIGHT,
    x: linearAxis([0, 1], 5, `Quantile of the true ${SYMBOLS[variable]} among samples`),
    y,
    marks: [
      bandLayer(flat(band.low, band.high), COLOURS.expected, OUTER_OPACITY),
      bandLayer(flat(sigma.low, sigma.high), COLOURS.expected),
      guideLayer(1, width),
      stepLayer(edges, density),
      legend([
        { line: COLOURS.predicted, text: 'True jets' },
        {
          band: COLOURS.expected,
          opacity: 1 - (1 - OUTER_OPACITY) * (1 - BAND_OPACITY),
          text: 'Expected: each bin, 68 %',
        },
        {
          band: COLOURS.expected,
          opacity: OUTER_OPACITY,
          text: `and all bins, ${Math.round(100 * band.level)} %`,
        },
      ]),
      textMark(`KS distance ${ks.toPrecision(2)}, *p* ${pEquals(pValue)}`, {
        x: 14,
        y: 25 + 3 * LEGEND_LINE,
      }),
    ],
  });
  return {
    width,
    height: HEIGHT,
    margin: { left },
    heading: headingOf(report, report.jets, report.samples),
    description: `Closure of ${variable}: the histogram of the quantile of the true value among the samples, with its expected band.`,
    panels: [drawn],
  };
}
