/** The numbers behind the charts, as a table. */
import { UNITS, VARIABLES, type Variable } from '../../src/jets/columns.js';
import { element, show } from '../dom.js';
import { symbol, valueText } from '../variables.js';
import type { JetAnswer } from './answer.js';
import { fold, type Marks } from './charts.js';

export interface ResultsTable {
  update(answer: JetAnswer, marks: Marks): void;
}

const HEADS = ['Input', 'Median', '68 % interval', 'Most probable', 'True'] as const;

export function resultsTable(place: HTMLElement): ResultsTable {
  const heads = HEADS.map((text) => element('th', { scope: 'col' }, text));
  const rows = VARIABLES.map((variable) => ({ variable, cells: HEADS.map(() => element('td')) }));
  const table = element(
    'table',
    {},
    element('caption', {}, 'In numbers'),
    element('thead', {}, element('tr', {}, element('td'), ...heads)),
    element(
      'tbody',
      {},
      ...rows.map(({ variable, cells }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, symbol(variable), UNITS[variable] && ` [${UNITS[variable]}]`),
          ...cells,
        ),
      ),
    ),
  );
  const source = element('p', { class: 'hint' });
  place.replaceChildren(
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Results in numbers' },
      table,
    ),
    source,
  );
  return {
    update(answer, { input, truth }) {
      show(heads[4]!, truth !== undefined);
      for (const { variable, cells } of rows) {
        const texts = rowTexts(variable, answer, input, truth);
        cells.forEach((cell, i) => {
          cell.textContent = texts[i]!;
        });
        show(cells[4]!, truth !== undefined);
      }
      source.textContent =
        'Median and interval are those of the samples; the most probable value is where the density curve peaks.';
    },
  };
}

function rowTexts(
  variable: Variable,
  answer: JetAnswer,
  input: Marks['input'],
  truth: Marks['truth'],
): string[] {
  const { median, q16, q84, typical } = answer.variables[variable];
  const text = (value: number) => valueText(fold(variable, value), q84 - q16);
  return [
    text(input[variable]),
    text(median),
    `${text(q16)} … ${text(q84)}`,
    text(typical),
    truth ? text(truth[variable]) : '',
  ];
}
