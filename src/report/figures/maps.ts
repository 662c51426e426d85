/** Heat maps of the joint tests: correlations of the response, the classifier by cells of the input jet, the smooth test. */
import { VARIABLES } from '../../jets/columns.js';
import type { JointTests } from '../../studies/joint/joint-tests.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { edgeText, headingOf, prose, SYMBOLS, signed } from '../labels.js';
import { group, textMark } from '../marks.js';
import { type Cell, matrix } from '../matrix.js';
import { FIGURE_RIGHT, FIGURE_WIDTH } from '../panel.js';

/** A matrix with `left` pixels for its rows' names. */
function mapFigure(
  report: Report,
  jets: number,
  map: {
    readonly left: number;
    readonly cellHeight: number;
    /** Names of rows and columns, in the middle of each. */
    readonly rows?: readonly string[];
    readonly columns?: readonly string[];
    readonly cells: readonly (readonly Cell[])[];
    /** Titles of the axes. */
    readonly x?: string;
    readonly y?: string;
    /** Instead of names: what lies between two columns or rows, one more than there are. */
    readonly edges?: { readonly x: readonly string[]; readonly y: readonly string[] };
    readonly description: string;
  },
): Figure {
  const { left, cellHeight, rows = [], columns = [], cells, x, y, edges, description } = map;
  const width = FIGURE_WIDTH - FIGURE_RIGHT - left;
  const height = cells.length * cellHeight;
  const cellWidth = width / cells[0].length;
  return {
    width,
    height,
    margin: { left },
    heading: headingOf(report, jets),
    description,
    panels: [
      matrix({ cellWidth, cellHeight, rows, columns, cells }),
      group([
        ...(edges?.x ?? []).map((text, i) =>
          textMark(text, { x: i * cellWidth, y: height + 17, align: 'center' }),
        ),
        ...(edges?.y ?? []).map((text, i) =>
          textMark(text, { x: -6, y: i * cellHeight + 5, align: 'right' }),
        ),
        ...(x === undefined ? [] : [textMark(x, { x: width, y: height + 38, align: 'right' })]),
        ...(y === undefined ? [] : [textMark(y, { x: 14 - left, y: 0, angle: -90, align: 'right' })]),
      ]),
    ],
  };
}

/** Correlations of the response: true and predicted above the diagonal, their difference with its error below it. */
export function correlationFigure(report: Report, { jets, dependence }: JointTests): Figure {
  const { truth, predicted, difference, error } = dependence;
  const names = VARIABLES.map((variable) => SYMBOLS[variable]);
  const cell = (i: number, j: number): Cell => {
    if (i === j) return { value: null, text: [names[i]] };
    if (i < j) return { value: null, text: [signed(truth[i][j], 3), signed(predicted[i][j], 3)] };
    return {
      value: error[i][j] > 0 ? difference[i][j] / error[i][j] : 0,
      text: [signed(difference[i][j], 3), `± ${error[i][j].toFixed(3)}`],
    };
  };
  return mapFigure(report, jets, {
    left: 34,
    cellHeight: 62,
    rows: names,
    columns: names,
    cells: names.map((_, i) => names.map((__, j) => cell(i, j))),
    description:
      'Correlations of the response: true and predicted above the diagonal, below it their difference with its standard error, coloured by their ratio.',
  });
}

/** Where in (pt, |eta|) of the input jet the classifier tells the true jets from the model's: local C2ST. */
export function localMapFigure(report: Report, { jets, c2st }: JointTests): Figure {
  const { ptEdges, absEtaEdges, z, auc } = c2st.map;
  const cells = z.map((row, i) =>
    row.map((value, j) => ({
      value,
      text: value === null ? ['–'] : [`${signed(value, 1)} *σ*`, auc[i][j]?.toFixed(3) ?? '–'],
    })),
  );
  return mapFigure(report, jets, {
    left: 64,
    cellHeight: 48,
    // pt rises upwards, as on an axis.
    edges: { x: absEtaEdges.map(edgeText), y: ptEdges.map(edgeText).toReversed() },
    cells: cells.toReversed(),
    x: `|${SYMBOLS.eta}| of the input jet`,
    y: `${SYMBOLS.pt} of the input jet [GeV]`,
    description:
      'By how many standard deviations the classifier beats guessing, and its AUC, in cells of pt and |eta| of the input jet.',
  });
}

/** Whether the exact PIT depends on the jet or on itself: every product of the smooth test. */
export function smoothFigure(report: Report, { jets, rosenblatt }: JointTests): Figure {
  const { of, scores } = rosenblatt.smooth;
  return mapFigure(report, jets, {
    left: 104,
    cellHeight: 24,
    rows: of.pit.map((name) => prose(name).replace('correlation', 'corr.')),
    columns: of.jet.map((name) =>
      prose(name)
        .replace(/,.*/, '²')
        .replace(/^all .*/, 'all'),
    ),
    cells: scores.map((row) =>
      row.map((value) => ({ value, text: [value === null ? '–' : signed(value, 1)] })),
    ),
    x: 'Rank of the input jet',
    description:
      'Products of functions of the exact PIT with functions of the jet, in standard deviations from what a right model has.',
  });
}
