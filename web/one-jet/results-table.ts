/** The numbers behind the charts, as a table. */
import { UNITS, VARIABLES, type Variable } from '../../src/jets/columns.js';
import { element, show } from '../dom.js';
import { symbol, valueText } from '../variables.js';
import type { JetAnswer, VariableAnswer } from './answer.js';
import { fold, type Marks, type PinnedAnswer } from './charts.js';

export interface ResultsTable {
  update(answer: JetAnswer, marks: Marks, pinned?: PinnedAnswer): void;
}

interface Row {
  readonly name: string;
  /** Undefined where it is not known. */
  value(shown: VariableAnswer, variable: Variable, marks: Marks, pinned?: VariableAnswer): number | undefined;
}

const ROWS: readonly Row[] = [
  { name: 'Median', value: ({ median }) => median },
  { name: '68 % from', value: ({ q16 }) => q16 },
  { name: '68 % to', value: ({ q84 }) => q84 },
  { name: 'Most probable', value: ({ typical }) => typical },
  { name: 'Input jet', value: (_, variable, { input }) => input[variable] },
  { name: 'True answer', value: (_, variable, { truth }) => truth?.[variable] },
  { name: 'Kept: median', value: (_, __, ___, pinned) => pinned?.median },
  { name: 'Kept: 68 % from', value: (_, __, ___, pinned) => pinned?.q16 },
  { name: 'Kept: 68 % to', value: (_, __, ___, pinned) => pinned?.q84 },
  { name: 'Typical correction', value: (_, variable, { typical }) => typical?.[variable] },
];

export function resultsTable(place: HTMLElement): ResultsTable {
  const rows = ROWS.map(({ name, value }) => {
    const cells = VARIABLES.map(() => element('td'));
    return { value, cells, root: element('tr', {}, element('th', { scope: 'row' }, name), ...cells) };
  });
  const heads = VARIABLES.map((variable) =>
    element('th', { scope: 'col' }, symbol(variable), UNITS[variable] && ` [${UNITS[variable]}]`),
  );
  const table = element(
    'table',
    {},
    element('caption', {}, 'In numbers'),
    element('thead', {}, element('tr', {}, element('td'), ...heads)),
    element('tbody', {}, ...rows.map(({ root }) => root)),
  );
  const note = element('p', { class: 'hint' });
  place.replaceChildren(
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Results in numbers' },
      table,
    ),
    note,
  );
  return {
    update(answer, marks, pinned) {
      for (const { value, cells, root } of rows) {
        const values = VARIABLES.map((variable) =>
          value(answer.variables[variable], variable, marks, pinned?.answer.variables[variable]),
        );
        show(root, values[0] !== undefined);
        values.forEach((each, k) => {
          const variable = VARIABLES[k]!;
          const { q16, q84 } = answer.variables[variable];
          if (each !== undefined) cells[k]!.textContent = valueText(fold(variable, each), q84 - q16);
        });
      }
      note.textContent =
        'Median and interval are exact for pT, those of the samples for the others; the most probable value is where the density curve peaks.' +
        (marks.typical ? ' The typical correction is the experiment’s own, as the sample has it.' : '');
    },
  };
}
