/** The ECDF of uniform numbers minus the diagonal, with its simultaneous band: exact PIT and expected coverage. */

import type { Variable } from '../jets/columns.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import { shortP } from '../studies/verdict.js';
import type { Figure } from './figure.js';
import { grouped, powerOfTen, SYMBOLS } from './labels.js';
import { bandLayer, guideLayer, stepLayer } from './layers.js';
import { legend } from './legend.js';
import { COLOURS, type PanelAxis, panel, textMark, titleOffset } from './panel.js';
import type { Report } from './report.js';
import { taskLine } from './spectrum-figure.js';
import { linearTicks } from './ticks.js';

const WIDTH = 460;
const HEIGHT = 330;
const BAND_OPACITY = 0.28;

interface Curve {
  /** [K - 1] k/K, and the ECDF's distance from the diagonal there. */
  readonly points: readonly number[];
  readonly difference: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly level: number;
  readonly pValue: number;
}

/** The exact PIT of one variable. */
export function pitFigure(report: Report, tests: JointTests, variable: Variable): Figure {
  const { band, variables } = tests.rosenblatt;
  const { difference, pValue } = variables[variable];
  return ecdfFigure(
    report,
    tests.jets,
    { ...band, difference, pValue },
    { x: `Conditional quantile of the true ${SYMBOLS[variable]}`, y: 'Excess of jets below [%]' },
    `The share of jets whose conditional quantile of ${variable} lies below each value, minus that value, with its band.`,
  );
}

/** TARP's expected coverage. */
export function coverageFigure(report: Report, tests: JointTests): Figure {
  const { points, difference, band, pValue } = tests.tarp;
  return ecdfFigure(
    report,
    tests.jets,
    { points, difference, ...band, pValue },
    { x: 'Credibility of a ball around a random point', y: 'Excess of true jets inside [%]' },
    'The share of true jets inside balls around random points, minus the balls’ credibility, with its band.',
  );
}

function ecdfFigure(
  report: Report,
  jets: number,
  curve: Curve,
  titles: { x: string; y: string },
  description: string,
): Figure {
  const { points, level, pValue } = curve;
  const percent = (shares: readonly number[]) => shares.map((share) => 100 * share);
  const [difference, low, high] = [curve.difference, curve.low, curve.high].map(percent);
  const largest = Math.max(...difference.map(Math.abs), ...high, ...low.map((end) => -end));
  const domain = [-1.25 * largest, 1.75 * largest] as const;
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
          stepLayer(edges, difference, COLOURS.predicted),
          legend(
            [
              { kind: 'line', text: 'True jets' },
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
          textMark(`*p* ${powerOfTen(shortP(pValue))}`, {
            x: { value: WIDTH - 16 },
            y: { value: 27 },
            align: { value: 'right' },
          }),
        ],
      }),
    ],
  };
}
