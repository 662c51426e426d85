/** Where in (pt, |eta|) of the input jet the classifier tells the true jets from the model's: local C2ST as a heat map. */
import type { JointTests } from '../studies/joint/joint-tests.js';
import type { Figure } from './figure.js';
import { grouped, rangeText, SYMBOLS, signed } from './labels.js';
import { matrix } from './matrix.js';
import { textMark } from './panel.js';
import type { Report } from './report.js';
import { taskLine } from './spectrum-figure.js';

const WIDTH = 560;
const CELL_HEIGHT = 58;
/** Room for the rows' names, beyond the figure's own margin. */
const NAMES = 40;
/** Colours end at so many standard deviations. */
const LIMIT = 5;

export function localMapFigure(report: Report, { jets, c2st }: JointTests): Figure {
  const { ptEdges, absEtaEdges, z, auc } = c2st.map;
  const cellWidth = (WIDTH - NAMES) / (absEtaEdges.length - 1);
  const between = (edges: readonly number[]) =>
    edges.slice(1).map((high, i) => rangeText(edges[i], high).replaceAll(' ', '\u2009'));
  const height = (ptEdges.length - 1) * CELL_HEIGHT;
  return {
    width: WIDTH,
    height,
    heading: [taskLine(report), `${grouped(jets)} jets`],
    description:
      'By how many standard deviations the classifier beats guessing, in cells of pt and |eta| of the input jet.',
    panels: [
      matrix({
        left: NAMES,
        top: 0,
        cellWidth,
        cellHeight: CELL_HEIGHT,
        // pt rises upwards, as on an axis.
        rows: between(ptEdges).toReversed(),
        columns: between(absEtaEdges),
        cells: z
          .map((row, i) =>
            row.map((value, j) => ({
              value,
              text:
                value === null ? ['–'] : [`${signed(value, 1)} *σ*`, `AUC ${auc[i][j]?.toFixed(3) ?? '–'}`],
            })),
          )
          .toReversed(),
        limit: LIMIT,
      }),
      {
        type: 'group',
        marks: [
          textMark(`|${SYMBOLS.eta}| of the input jet`, {
            x: { value: WIDTH },
            y: { value: height + 44 },
            align: { value: 'right' },
          }),
          textMark(`${SYMBOLS.pt} of the input jet [GeV]`, {
            x: { value: -66 },
            y: { value: 0 },
            angle: { value: -90 },
            align: { value: 'right' },
          }),
        ],
      },
    ],
  };
}
