/** Heat maps of the joint tests: correlations of the response, the classifier by cells of the input jet, the smooth test. */
import { VARIABLES } from '../../jets/columns.js';
import type { JointTests } from '../../studies/joint/joint-tests.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { headingOf, prose, rangeText, SYMBOLS, signed } from '../labels.js';
import { group, textMark } from '../marks.js';
import { matrix } from '../matrix.js';

/** The correlation matrices of the response: of the true jets, of the model's, and their difference with its errors. */
export function correlationFigure(report: Report, { jets, dependence }: JointTests): Figure {
  const { truth, predicted, difference, error } = dependence;
  const [cell, gap, top] = [76, 44, 26];
  const size = VARIABLES.length * cell;
  const names = VARIABLES.map((variable) => SYMBOLS[variable]);
  const square = { top, cellWidth: cell, cellHeight: cell, columns: names };
  const plain = (values: readonly (readonly number[])[]) =>
    values.map((row, i) =>
      row.map((value, j) => ({ value: i === j ? null : value, text: [i === j ? '1' : signed(value, 3)] })),
    );
  const inErrors = difference.map((row, i) =>
    row.map((value, j) =>
      i === j
        ? { value: null, text: [''] }
        : {
            value: error[i][j] > 0 ? value / error[i][j] : 0,
            text: [signed(value, 3), `± ${error[i][j].toFixed(3)}`],
          },
    ),
  );
  return {
    width: 3 * size + 2 * gap,
    height: size + top,
    heading: headingOf(report, jets),
    description:
      'Correlations of the response, true and predicted, and their difference with its standard error, coloured by their ratio.',
    panels: [
      matrix({ ...square, rows: names, title: 'True', cells: plain(truth), limit: 1 }),
      matrix({ ...square, left: size + gap, title: 'Predicted', cells: plain(predicted), limit: 1 }),
      matrix({ ...square, left: 2 * (size + gap), title: 'True − predicted', cells: inErrors }),
    ],
  };
}

const WIDTH = 560;

/** Where in (pt, |eta|) of the input jet the classifier tells the true jets from the model's: local C2ST. */
export function localMapFigure(report: Report, { jets, c2st }: JointTests): Figure {
  const { ptEdges, absEtaEdges, z, auc } = c2st.map;
  const [names, cellHeight] = [40, 58];
  const between = (edges: readonly number[]) =>
    edges.slice(1).map((high, i) => rangeText(edges[i], high).replaceAll(' ', '\u2009'));
  const height = (ptEdges.length - 1) * cellHeight;
  const cells = z.map((row, i) =>
    row.map((value, j) => ({
      value,
      text: value === null ? ['–'] : [`${signed(value, 1)} *σ*`, `AUC ${auc[i][j]?.toFixed(3) ?? '–'}`],
    })),
  );
  return {
    width: WIDTH,
    height,
    heading: headingOf(report, jets),
    description:
      'By how many standard deviations the classifier beats guessing, in cells of pt and |eta| of the input jet.',
    panels: [
      matrix({
        left: names,
        cellWidth: (WIDTH - names) / (absEtaEdges.length - 1),
        cellHeight,
        // pt rises upwards, as on an axis.
        rows: between(ptEdges).toReversed(),
        columns: between(absEtaEdges),
        cells: cells.toReversed(),
      }),
      group([
        textMark(`|${SYMBOLS.eta}| of the input jet`, { x: WIDTH, y: height + 44, align: 'right' }),
        textMark(`${SYMBOLS.pt} of the input jet [GeV]`, { x: -66, y: 0, angle: -90, align: 'right' }),
      ]),
    ],
  };
}

/** Whether the exact PIT depends on the jet or on itself: every product of the smooth test. */
export function smoothFigure(report: Report, { jets, rosenblatt }: JointTests): Figure {
  const { of, scores } = rosenblatt.smooth;
  const [names, cellHeight] = [96, 28];
  return {
    width: WIDTH,
    height: cellHeight * of.pit.length,
    heading: headingOf(report, jets),
    description:
      'Products of functions of the exact PIT with functions of the jet, in standard deviations from what a right model has.',
    panels: [
      matrix({
        left: names,
        cellWidth: (WIDTH - names) / of.jet.length,
        cellHeight,
        rows: of.pit.map(prose),
        columns: of.jet.map((name) => prose(name).replace(/,.*/, '²')),
        cells: scores.map((row) =>
          row.map((value) => ({ value, text: [value === null ? '–' : signed(value, 1)] })),
        ),
      }),
    ],
  };
}
