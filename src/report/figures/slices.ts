/** The response of one variable in slices of the input jet: the replicates over the true jets, a small panel a slice. */
import type { GroupMark } from 'vega';
import { UNITS, type Variable } from '../../jets/columns.js';
import type { JointTests } from '../../studies/joint/joint-tests.js';
import type { SlicedSpectra } from '../../studies/joint/sliced-spectra.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { headingOf, SYMBOLS, sliceName } from '../labels.js';
import { bandLayer, COLOURS, group, guideLayer, pointsLayer, stepLayer, textMark } from '../marks.js';
import { linearAxis, panel } from '../panel.js';

const WIDTH = 1120;
const [GAP_X, GAP_Y] = [14, 50];
/** Above the first row, for its slices' names. */
const TOP = 20;
const HEIGHT = 130;
/** Half heights of the panels to choose from, around a ratio of 1. */
const HALVES = [0.1, 0.2, 0.3, 0.5, 1];
/** True jets that a bin needs to have a say in that. */
const ENOUGH_JETS = 50;

interface Slice extends Pick<SlicedSpectra, 'of' | 'low' | 'high'> {
  readonly spectrum: NonNullable<SlicedSpectra['variables']>[Variable];
}

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
  const [task, size] = headingOf(report, jets);
  const name = UNITS[variable] === 'GeV' ? `log ${SYMBOLS[variable]}` : SYMBOLS[variable];
  return {
    width: WIDTH,
    height,
    heading: [`${task}, response of ${name}`, size],
    description: `The spectrum of the response of ${variable}, predicted over true, in slices of pt and |eta| of the input jet.`,
    panels: [
      ...rows.flatMap((row, i) =>
        row.map((slice, j) =>
          slicePanel(slice, half, { left: j * (width + GAP_X), top: TOP + i * (HEIGHT + GAP_Y), width }),
        ),
      ),
      group([
        textMark('Quantile of the response, from 0 to 1 in each panel', {
          x: WIDTH,
          y: height + 24,
          align: 'right',
        }),
      ]),
    ],
  };
}

function slicePanel(
  { spectrum: { truth, median, q16, q84 }, ...slice }: Slice,
  half: number,
  place: { left: number; top: number; width: number },
): GroupMark {
  const edges = Array.from({ length: truth.length + 1 }, (_, i) => i / truth.length);
  const [bottom, top] = [1 - half, 1 + half];
  const inside = (value: number) => Math.min(top, Math.max(bottom, value));
  const filled = truth.flatMap((count, bin) => (count > 0 ? [{ bin, count }] : []));
  return panel({
    ...place,
    height: HEIGHT,
    x: linearAxis([0, 1], 2),
    y: linearAxis([bottom, top], 4, place.left === 0 ? 'Ratio to true' : undefined),
    marks: [
      guideLayer(1, place.width),
      bandLayer(
        filled.map(({ bin, count }) => ({
          from: edges[bin],
          to: edges[bin + 1],
          low: inside(q16[bin] / count),
          high: inside(q84[bin] / count),
        })),
        COLOURS.predicted,
      ),
      stepLayer(
        edges,
        truth.map((count, bin) => (count > 0 ? inside(median[bin] / count) : null)),
      ),
      pointsLayer(
        filled.map(({ bin, count }) => ({
          x: (edges[bin] + edges[bin + 1]) / 2,
          y: 1,
          low: inside(1 - 1 / Math.sqrt(count)),
          high: inside(1 + 1 / Math.sqrt(count)),
        })),
      ),
      textMark(sliceName(slice), { x: 0, y: -7 }),
    ],
  });
}
