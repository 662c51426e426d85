/** The closure histogram of one variable: density of the PIT in 50 bins, with the bands in which a right model stays. */
import type { Variable } from '../../jets/columns.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { grouped, headingOf, pEquals, SYMBOLS } from '../labels.js';
import { BAND_OPACITY, bandLayer, COLOURS, guideLayer, legend, stepLayer, textMark } from '../marks.js';
import { linearAxis, panel } from '../panel.js';

const WIDTH = 460;
const HEIGHT = 404;
const OUTER_OPACITY = 0.16;
/** Half heights of the panel to choose from, around a density of 1. */
const HALVES = [0.1, 0.2, 0.3, 0.5, 1];

export function closureFigure(report: Report, variable: Variable): Figure {
  const { counts, expected, band, sigma, ks, pValue, largestDeviation } = report.variables[variable].closure;
  const edges = Array.from({ length: counts.length + 1 }, (_, i) => i / counts.length);
  const density = counts.map((count) => count / expected);
  const wanted = 1.35 * Math.max(largestDeviation, band.high / expected - 1, 1 - band.low / expected);
  const half = HALVES.find((height) => height >= wanted) ?? Math.ceil(wanted);
  const domain = [Math.max(0, 1 - half), 1 + 1.25 * half] as const;
  const flat = (low: number, high: number) => [
    { from: 0, to: 1, low: Math.max(domain[0], (low - 0.5) / expected), high: (high + 0.5) / expected },
  ];
  const note = (text: string, y: number) => textMark(text, { x: WIDTH - 16, y, align: 'right' });
  const drawn = panel({
    width: WIDTH,
    height: HEIGHT,
    x: linearAxis([0, 1], 5, `Quantile of the true ${SYMBOLS[variable]} among the samples`),
    y: linearAxis(domain, 6, 'Density of jets'),
    marks: [
      bandLayer(flat(band.low, band.high), COLOURS.expected, OUTER_OPACITY),
      bandLayer(flat(sigma.low, sigma.high), COLOURS.expected),
      guideLayer(1, WIDTH),
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
      note(`KS distance ${ks.toPrecision(2)}`, 27),
      note(`*p* ${pEquals(pValue)}`, 49),
    ],
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    heading: headingOf(report, report.jets, report.samples),
    description: `Closure of ${variable}: the histogram of the quantile of the true value among the samples, with its expected band.`,
    panels: [drawn],
  };
}

/** What the figure shows and what it cannot, for the text under it (markup of typeset.ts). */
export function closureCaption({ samples }: Report, variable: Variable): { shows: string; cannot: string } {
  return {
    shows:
      `Where the true ${SYMBOLS[variable]} of each jet lies among its ${grouped(samples)} samples; flat where the model is ` +
      'right. The inner band holds one bin with probability 68 %, the outer one all 50 bins with 95 % or more.',
    cannot: 'Wrong correlations between the variables and errors that cancel over the jets leave it flat.',
  };
}
