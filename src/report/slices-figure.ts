/** The response of one variable in slices of the input jet: the replicates over the true jets, a small panel a slice. */
import type { GroupMark } from 'vega';
import { UNITS, type Variable } from '../jets/columns.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import type { SlicedSpectra } from '../studies/joint/sliced-spectra.js';
import type { Figure } from './figure.js';
import { grouped, SYMBOLS, sliceName } from './labels.js';
import { bandLayer, guideLayer, pointsLayer, stepLayer } from './layers.js';
import { COLOURS, type PanelAxis, panel, textMark, titleOffset } from './panel.js';
import type { Report } from './report.js';
import { taskLine } from './spectrum-figure.js';
import { linearTicks } from './ticks.js';

const WIDTH = 1120;
const [GAP_X, GAP_Y] = [14, 50];
/** Above the first row, for its slices' names. */
const TOP = 20;
const HEIGHT = 130;
const BAND_OPACITY = 0.28;
/** Half heights of the panels to choose from, around a ratio of 1. */
const HALVES = [0.1, 0.2, 0.3, 0.5, 1];
/** True jets that a bin needs to have a say in that. */
const ENOUGH_JETS = 50;

export function slicesFigure(report: Report, { jets, slices }: JointTests, variable: Variable): Figure {
  const filled = slices.flatMap((slice) =>
    slice.variables ? [{ ...slice, spectrum: slice.variables[variable] }] : [],
  );
  const wanted = Math.max(
    0.05,
    ...filled.flatMap(({ spectrum: { truth, median } }) =>
      truth.map((count, bin) => (count >= ENOUGH_JETS ? Math.abs(median[bin] / count - 1) : 0)),
    ),
  );
  const half = HALVES.find((height) => height >= 1.1 * wanted) ?? 1;
  const rows = (['pt', '|eta|'] as const)
    .map((of) => filled.filter((slice) => slice.of === of))
    .filter((row) => row.length > 0);
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const width = (WIDTH - GAP_X * (columns - 1)) / columns;
  const height = TOP + Math.max(1, rows.length) * (HEIGHT + GAP_Y) - GAP_Y;
  return {
    width: WIDTH,
    height,
    heading: [`${taskLine(report)}, response of ${nameOf(variable)}`, `${grouped(jets)} jets`],
    description: `The spectrum of the response of ${variable}, predicted over true, in slices of pt and |eta| of the input jet.`,
    panels: [
      ...rows.flatMap((row, i) =>
        row.map((slice, j) =>
          slicePanel(slice, half, { left: j * (width + GAP_X), top: TOP + i * (HEIGHT + GAP_Y), width }),
        ),
      ),
      {
        type: 'group',
        marks: [
          textMark('Quantile of the response, from 0 to 1 in each panel', {
            x: { value: WIDTH },
            y: { value: height + 24 },
            align: { value: 'right' },
          }),
        ],
      },
    ],
  };
}

function nameOf(variable: Variable): string {
  return UNITS[variable] === 'GeV' ? `log ${SYMBOLS[variable]}` : SYMBOLS[variable];
}

function slicePanel(
  {
    of,
    low,
    high,
    spectrum,
  }: SlicedSpectra & { spectrum: NonNullable<SlicedSpectra['variables']>[Variable] },
  half: number,
  place: { left: number; top: number; width: number },
): GroupMark {
  const { truth, median, q16, q84 } = spectrum;
  const edges = Array.from({ length: truth.length + 1 }, (_, i) => i / truth.length);
  const domain = [1 - half, 1 + half] as const;
  const inside = (value: number) => Math.min(domain[1], Math.max(domain[0], value));
  const y: PanelAxis = {
    domain,
    log: false,
    ticks: linearTicks(...domain, 4),
    ...(place.left === 0 && { title: 'Ratio to true' }),
  };
  const x: PanelAxis = {
    domain: [0, 1],
    log: false,
    ticks: linearTicks(0, 1, 2),
  };
  const bins = truth.flatMap((count, bin) =>
    count > 0
      ? [
          {
            from: edges[bin],
            to: edges[bin + 1],
            low: inside(q16[bin] / count),
            high: inside(q84[bin] / count),
            error: 1 / Math.sqrt(count),
          },
        ]
      : [],
  );
  return panel({
    ...place,
    height: HEIGHT,
    x,
    y,
    titleOffset: titleOffset(y),
    marks: [
      guideLayer(1, place.width),
      bandLayer(bins, COLOURS.predicted, BAND_OPACITY),
      stepLayer(
        edges,
        truth.map((count, bin) => (count > 0 ? inside(median[bin] / count) : null)),
        COLOURS.predicted,
      ),
      pointsLayer(
        bins.map(({ from, to, error }) => ({
          x: (from + to) / 2,
          y: 1,
          low: inside(1 - error),
          high: inside(1 + error),
        })),
      ),
      textMark(sliceName({ of, low, high }), {
        x: { value: 0 },
        y: { value: -7 },
      }),
    ],
  });
}
