/** ECDFs of numbers that should be uniform minus the diagonal, with their simultaneous band: PIT and expected coverage. */
import { VARIABLES, type Variable } from '../../jets/columns.js';
import { type DifferenceBand, differenceBand, type EcdfDifference } from '../../studies/closure.js';
import type { JointTests } from '../../studies/joint/joint-tests.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { headingOf, pEquals, SYMBOLS, VARIABLE_COLOURS } from '../labels.js';
import { bandLayer, COLOURS, guideLayer, LEGEND_LINE, legend, stepLayer } from '../marks.js';
import { FIGURE_WIDTH, linearAxis, panel, panelRoom } from '../panel.js';
import type { DrawnModel } from './spectrum.js';

const HEIGHT = 312;
/** Above and below a legend's entries, in pixels. */
const LEGEND_TOP = 26;

interface Curve extends EcdfDifference {
  /** Markup. */
  readonly name: string;
  readonly colour: string;
}

interface Ecdf {
  readonly jets: number;
  readonly band: DifferenceBand;
  readonly curves: readonly Curve[];
  /** Titles of the axes. */
  readonly x: string;
  readonly y: string;
  readonly description: string;
}

/** The PIT from the samples, one curve a variable. */
export function closureEcdfFigure(report: Report, band: DifferenceBand): Figure {
  return ecdfFigure(report, {
    jets: report.jets,
    band,
    curves: VARIABLES.map((variable) => ({
      ...report.variables[variable].closure.ecdf,
      name: SYMBOLS[variable],
      colour: VARIABLE_COLOURS[variable],
    })),
    x: 'Quantile of the true value among the samples',
    y: 'Observed − expected, cumulative [%]',
    description:
      'The share of jets whose quantile lies below each value, minus that value, for each variable, with the band.',
  });
}

/** The PIT of one variable from the samples, one curve a model. */
export function closureModelsFigure(models: readonly DrawnModel[], variable: Variable): Figure {
  const [{ report }] = models;
  return ecdfFigure(report, {
    jets: report.jets,
    band: differenceBand(report.jets),
    curves: models.map((model) => ({ ...model.report.variables[variable].closure.ecdf, ...model })),
    x: `Quantile of the true ${SYMBOLS[variable]} among samples`,
    y: 'Observed − expected, cumulative [%]',
    description: `The share of jets whose quantile of ${variable} lies below each value, minus that value, for each model, with the band.`,
  });
}

/** The exact PIT, one curve a variable. */
export function pitFigure(report: Report, { jets, rosenblatt }: JointTests): Figure {
  return ecdfFigure(report, {
    jets,
    band: rosenblatt.band,
    curves: VARIABLES.map((variable) => ({
      ...rosenblatt.variables[variable],
      name: SYMBOLS[variable],
      colour: VARIABLE_COLOURS[variable],
    })),
    x: 'Conditional CDF at the true value',
    y: 'Observed − expected, cumulative [%]',
    description:
      'The share of jets whose conditional CDF lies below each value, minus that value, for each variable, with the band.',
  });
}

/** TARP's expected coverage. */
export function coverageFigure(report: Report, { jets, tarp }: JointTests): Figure {
  return ecdfFigure(report, {
    jets,
    band: tarp.band,
    curves: [{ ...tarp, name: 'True jets', colour: COLOURS.predicted }],
    x: 'Credibility of balls around random points',
    y: 'Observed − expected, cumulative [%]',
    description:
      'The share of true jets inside balls around random points, minus the balls’ credibility, with its band.',
  });
}

function ecdfFigure(report: Report, { jets, band, curves, x, y, description }: Ecdf): Figure {
  const percent = (shares: readonly number[]) => shares.map((share) => 100 * share);
  const [low, high] = [band.low, band.high].map(percent);
  const differences = curves.map(({ difference }) => percent(difference));
  const largest = Math.max(...differences.flat().map(Math.abs), ...high, ...low.map((end) => -end));
  // The legend stands above everything that is drawn.
  const room = (LEGEND_TOP + LEGEND_LINE * (curves.length + 1)) / HEIGHT;
  const bottom = -1.15 * largest;
  // Each point stands for the interval around it.
  const { points } = band;
  const edges = [0, ...points.slice(1).map((point, i) => (point + points[i]) / 2), 1];
  const bins = points.map((_, i) => ({ from: edges[i], to: edges[i + 1], low: low[i], high: high[i] }));
  const yAxis = linearAxis([bottom, (1.05 * largest - bottom * room) / (1 - room)], 6, y);
  const { left, width } = panelRoom(FIGURE_WIDTH, yAxis);
  const drawn = panel({
    width,
    height: HEIGHT,
    x: linearAxis([0, 1], 5, x),
    y: yAxis,
    marks: [
      bandLayer(bins, COLOURS.expected),
      guideLayer(0, width),
      ...curves.map(({ colour }, i) => stepLayer(edges, differences[i], colour)),
      legend([
        ...curves.map(({ name, colour, pValue }) => ({
          line: colour,
          text: `${name}, *p* ${pEquals(pValue)}`,
        })),
        { band: COLOURS.expected, text: `Right model, everywhere: ${Math.round(100 * band.level)} %` },
      ]),
    ],
  });
  const heading = headingOf(report, jets);
  return { width, height: HEIGHT, margin: { left }, heading, description, panels: [drawn] };
}
