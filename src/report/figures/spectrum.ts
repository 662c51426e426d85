/**
 * The marginal spectrum of one variable: true jets as points, the replicates' median as steps in its 0.16-0.84 band,
 * and below it both divided by the true counts. pt and mass: jets per GeV on logarithmic axes.
 */
import type { Variable } from '../../jets/columns.js';
import { STAGES_OF_TASK } from '../../model/tasks.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { headingOf, withUnit } from '../labels.js';
import { bandLayer, COLOURS, guideLayer, legend, pointsLayer, stepLayer } from '../marks.js';
import { FIGURE_WIDTH, linearAxis, logAxis, panel, panelRoom, titleOffset } from '../panel.js';
import {
  countTitle,
  isLogarithmic,
  linearCountAxis,
  logCountAxis,
  ratioAxis,
  spectrumBins,
} from './spectrum-bins.js';

const SPECTRUM_HEIGHT = 220;
const RATIO_HEIGHT = 84;
const GAP = 8;

/** A model as figures show it: a report's own, or one of several on the same jets. */
export interface DrawnModel {
  readonly name: string;
  readonly colour: string;
  readonly report: Report;
}

/** @param models of the same jets as the report, which decides the axes. */
export function spectrumFigure(
  report: Report,
  variable: Variable,
  models: readonly DrawnModel[] = [{ name: 'Predicted, 68 % band', colour: COLOURS.predicted, report }],
): Figure {
  const log = isLogarithmic(variable);
  const { marginal } = report.variables[variable];
  const { edges } = marginal;
  const bins = spectrumBins(marginal, log);
  const drawn = models.map(({ colour, report: { variables } }) => ({
    colour,
    bins: spectrumBins(variables[variable].marginal, log),
  }));
  const filled = bins.filter(({ truth }) => truth > 0);
  const domain = [edges[0], edges[edges.length - 1]] as const;
  const x = log ? logAxis(domain) : linearAxis(domain, 7);
  const y = {
    ...(log ? logCountAxis(bins, models.length) : linearCountAxis(bins, models.length)),
    title: countTitle(edges, variable),
  };
  const ratio = ratioAxis(bins);
  const { target } = STAGES_OF_TASK[report.task];
  const [floor] = y.domain;
  const above = (value: number) => Math.max(value, floor);
  const [bottom, top] = ratio.domain;
  const inside = (value: number) => Math.min(top, Math.max(bottom, value));
  const { left, width } = panelRoom(FIGURE_WIDTH, y, ratio);
  const common = { width, titleOffset: titleOffset(y, ratio) };
  const spectrumPanel = panel({
    ...common,
    height: SPECTRUM_HEIGHT,
    x,
    y,
    marks: [
      ...drawn.flatMap(({ colour, bins: own }) => [
        bandLayer(
          own.filter(({ high }) => high > floor).map((bin) => ({ ...bin, low: above(bin.low) })),
          colour,
        ),
        stepLayer(
          edges,
          own.map(({ median }) => (median >= floor ? median : null)),
          colour,
        ),
      ]),
      pointsLayer(
        filled.map(({ centre, truth, truthLow, truthHigh }) => ({
          x: centre,
          y: truth,
          low: above(truthLow),
          high: truthHigh,
        })),
      ),
      legend(
        [
          { points: true, text: `True ${target} jets` },
          ...models.map(({ name, colour }) => ({ line: colour, band: colour, text: name })),
        ],
        // A falling spectrum leaves room at the top right, a flat one gets it above.
        log ? width - 176 : undefined,
      ),
    ],
  });
  const ratioPanel = panel({
    ...common,
    top: SPECTRUM_HEIGHT + GAP,
    height: RATIO_HEIGHT,
    x: { ...x, title: `${target} jet ${withUnit(variable)}` },
    y: ratio,
    marks: [
      guideLayer(1, width),
      ...drawn.flatMap(({ colour, bins: own }) => [
        bandLayer(
          own
            .filter(({ low, high, truth }) => truth > 0 && low / truth < top && high / truth > bottom)
            .map((bin) => ({ ...bin, low: inside(bin.low / bin.truth), high: inside(bin.high / bin.truth) })),
          colour,
        ),
        stepLayer(
          edges,
          own.map(({ truth, median }) => {
            const value = median / truth;
            return truth > 0 && inside(value) === value ? value : null;
          }),
          colour,
        ),
      ]),
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
  return {
    width,
    margin: { left },
    height: SPECTRUM_HEIGHT + GAP + RATIO_HEIGHT,
    heading: headingOf(report, report.jets, report.samples),
    description: `Spectrum of ${variable}: true ${target} jets, the median of the replicates with its band, and their ratio.`,
    panels: [spectrumPanel, ratioPanel],
  };
}
