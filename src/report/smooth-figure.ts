/** Whether the exact PIT depends on the jet or on itself: every product of the smooth test as a heat map. */
import type { JointTests } from '../studies/joint/joint-tests.js';
import type { Figure } from './figure.js';
import { grouped, prose, signed } from './labels.js';
import { matrix } from './matrix.js';
import type { Report } from './report.js';
import { taskLine } from './spectrum-figure.js';

const WIDTH = 560;
const CELL_HEIGHT = 28;
/** Room for the rows' names beyond the figure's own margin. */
const NAMES = 96;
const LIMIT = 5;

export function smoothFigure(report: Report, { jets, rosenblatt }: JointTests): Figure {
  const { of, scores } = rosenblatt.smooth;
  return {
    width: WIDTH,
    height: CELL_HEIGHT * of.pit.length,
    heading: [taskLine(report), `${grouped(jets)} jets`],
    description:
      'Products of functions of the exact PIT with functions of the jet, in standard deviations from what a right model has.',
    panels: [
      matrix({
        left: NAMES,
        top: 0,
        cellWidth: (WIDTH - NAMES) / of.jet.length,
        cellHeight: CELL_HEIGHT,
        rows: of.pit.map(prose),
        columns: of.jet.map((name) => prose(name).replace(/,.*/, '²')),
        cells: scores.map((row) =>
          row.map((value) => ({ value, text: [value === null ? '–' : signed(value, 1)] })),
        ),
        limit: LIMIT,
      }),
    ],
  };
}
