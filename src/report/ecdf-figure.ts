/** ECDFs of numbers that should be uniform minus the diagonal, with their simultaneous band: PIT and expected coverage. */
import { VARIABLES } from '../jets/columns.js';
import type { DifferenceBand, EcdfDifference } from '../studies/closure.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import type { Figure } from './figure.js';
import { grouped, pText, SYMBOLS, VARIABLE_COLOURS } from './labels.js';
import { bandLayer, guideLayer, stepLayer } from './layers.js';
import { legend } from './legend.js';
import { COLOURS, type PanelAxis, panel, titleOffset } from './panel.js';
import type { Report } from './report.js';
import { taskLine } from './spectrum-figure.js';
import { linearTicks } from './ticks.js';

const WIDTH = 560;
const HEIGHT = 404;
const BAND_OPACITY = 0.28;
/** A legend's entries, and the room above and below them, in pixels. */
const [LEGEND_LINE, LEGEND_TOP] = [22, 30];

interface Curve extends EcdfDifference {
  /** Markup. */
  readonly name: string;
  readonly colour: string;
}

/** The PIT from the samples, one curve a variable. */
export function closureEcdfFigure(report: Report, band: DifferenceBand): Figure {
  return ecdfFigure(
    report,
    report.jets,
    band,
    VARIABLES.map((variable) => ({
      ...report.variables[variable].closure.ecdf,
      name: SYMBOLS[variable],
      colour: VARIABLE_COLOURS[variable],
    })),
    { x: 'Quantile of the true value among the samples', y: 'Excess of jets below [%]' },
    'The share of jets whose quantile lies below each value, minus that value, for each variable, with the band.',
  );
}

/** The exact PIT, one curve a variable. */
export function pitFigure(report: Report, { jets, rosenblatt }: JointTests): Figure {
  return ecdfFigure(
    report,
    jets,
    rosenblatt.band,
    VARIABLES.map((variable) => ({
      ...rosenblatt.variables[variable],
      name: SYMBOLS[variable],
      colour: VARIABLE_COLOURS[variable],
    })),
    { x: 'Conditional CDF at the true value', y: 'Excess of jets below [%]' },
    'The share of jets whose conditional CDF lies below each value, minus that value, for each variable, with the band.',
  );
}

/** TARP's expected coverage. */
export function coverageFigure(report: Report, { jets, tarp }: JointTests): Figure {
  return ecdfFigure(
    report,
    jets,
    tarp.band,
    [{ ...tarp, name: 'True jets', colour: COLOURS.predicted }],
    { x: 'Credibility of a ball around a random point', y: 'Excess of true jets inside [%]' },
    'The share of true jets inside balls around random points, minus the balls’ credibility, with its band.',
  );
}

function ecdfFigure(
  report: Report,
  jets: number,
  band: DifferenceBand,
  curves: readonly Curve[],
  titles: { x: string; y: string },
  description: string,
): Figure {
  const { points, level } = band;
  const percent = (shares: readonly number[]) => shares.map((share) => 100 * share);
  const [low, high] = [band.low, band.high].map(percent);
  const differences = curves.map(({ difference }) => percent(difference));
  const largest = Math.max(...differences.flat().map(Math.abs), ...high, ...low.map((end) => -end));
  // The legend stands above everything that is drawn.
  const room = (LEGEND_TOP + LEGEND_LINE * (curves.length + 1)) / HEIGHT;
  const bottom = -1.15 * largest;
  const domain = [bottom, (1.05 * largest - bottom * room) / (1 - room)] as const;
  const y: PanelAxis = { domain, log: false, ticks: linearTicks(...domain, 6), title: titles.y };
  // Each point stands for the interval around it.
  const edges = [0, ...points.slice(1).map((point, i) => (point + points[i]) / 2), 1];
  const bins = points.map((_, i) => ({ from: edges[i], to: edges[i + 1], low: low[i], high: high[i] }));
  return {
    width: WIDTH,
    height: HEIGHT,
    heading: [taskLine(report), `${grouped(jets)} jets`],
    description,
    panels: [
      panel({
        top: 0,
        width: WIDTH,
        height: HEIGHT,
        x: { domain: [0, 1], log: false, ticks: linearTicks(0, 1, 5), title: titles.x },
        y,
        titleOffset: titleOffset(y),
        marks: [
          bandLayer(bins, COLOURS.expected, BAND_OPACITY),
          guideLayer(0, WIDTH),
          ...curves.map(({ colour }, i) => stepLayer(edges, differences[i], colour)),
          legend(
            [
              ...curves.map(({ name, colour, pValue }) => ({
                kind: 'line' as const,
                text: `${name}, *p* ${/[<=]/.test(pText(pValue)) ? '' : '= '}${pText(pValue)}`,
                colour,
              })),
              {
                kind: 'band',
                text: `Right model, everywhere: ${Math.round(100 * level)} %`,
                colour: COLOURS.expected,
                opacity: BAND_OPACITY,
              },
            ],
            16,
            22,
          ),
        ],
      }),
    ],
  };
}
