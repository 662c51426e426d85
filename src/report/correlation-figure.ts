/** The correlation matrices of the response: of the true jets, of the model's, and their difference with its errors. */
import { VARIABLES } from '../jets/columns.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import type { Figure } from './figure.js';
import { grouped, SYMBOLS, signed } from './labels.js';
import { matrix } from './matrix.js';
import type { Report } from './report.js';
import { taskLine } from './spectrum-figure.js';

const CELL = 76;
const GAP = 44;
const SIZE = VARIABLES.length * CELL;
const TOP = 26;
/** Where the colours of a difference end, in its errors. */
const LIMIT = 5;

export function correlationFigure(report: Report, { jets, dependence }: JointTests): Figure {
  const { truth, predicted, difference, error } = dependence;
  const names = VARIABLES.map((variable) => SYMBOLS[variable]);
  const square = { top: TOP, cellWidth: CELL, cellHeight: CELL, columns: names };
  const plain = (values: readonly (readonly number[])[]) =>
    values.map((row, i) =>
      row.map((value, j) => ({ value: i === j ? null : value, text: [i === j ? '1' : signed(value, 3)] })),
    );
  return {
    width: 3 * SIZE + 2 * GAP,
    height: SIZE + TOP,
    heading: [taskLine(report), `${grouped(jets)} jets`],
    description:
      'Correlations of the response, true and predicted, and their difference with its standard error, coloured by their ratio.',
    panels: [
      matrix({ ...square, left: 0, rows: names, title: 'True', cells: plain(truth), limit: 1 }),
      matrix({ ...square, left: SIZE + GAP, title: 'Predicted', cells: plain(predicted), limit: 1 }),
      matrix({
        ...square,
        left: 2 * (SIZE + GAP),
        title: 'True − predicted',
        cells: difference.map((row, i) =>
          row.map((value, j) =>
            i === j
              ? { value: null, text: [''] }
              : {
                  value: error[i][j] > 0 ? value / error[i][j] : 0,
                  text: [signed(value, 3), `± ${error[i][j].toFixed(3)}`],
                },
          ),
        ),
        limit: LIMIT,
      }),
    ],
  };
}
