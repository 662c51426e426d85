/** The medians of a report beside what the experiment's own reconstruction leaves, and what the closures say. */
import { UNITS, VARIABLES } from '../../src/jets/columns.js';
import { assumedWords } from '../../src/model/missing-inputs.js';
import type { Report } from '../../src/studies/summarise.js';
import { element } from '../dom.js';
import { pText, symbol } from '../variables.js';

export interface ReportTable {
  update(report: Report): void;
}

const HEADS = [
  'Average error',
  'SD of the error',
  'Typical average error',
  'Typical SD of the error',
  'p of closure',
] as const;

export function reportTable(place: HTMLElement): ReportTable {
  const rows = VARIABLES.map((variable) => ({ variable, cells: HEADS.map(() => element('td')) }));
  const table = element(
    'table',
    {},
    element('caption', {}, 'How far the median of a jet’s samples lies from the truth'),
    element(
      'thead',
      {},
      element('tr', {}, element('td'), ...HEADS.map((head) => element('th', { scope: 'col' }, head))),
    ),
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
  const typical = element('p', { class: 'hint' });
  const assumed = element('p', { class: 'hint' });
  place.append(
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Medians in numbers' },
      table,
    ),
    typical,
    assumed,
  );
  return {
    update(report) {
      typical.textContent =
        report.task === 'simulation'
          ? '“Typical”: the gen jet itself in the median’s place; a yardstick, not a competitor.'
          : '“Typical”: the reco jet in the median’s place, what the experiment’s own correction leaves.';
      assumed.textContent = assumedWords(report.input).join('. ');
      for (const { variable, cells } of rows) {
        const { median, closure } = report.variables[variable];
        const texts = [
          median.meanAbsError,
          median.sdError,
          median.typicalMeanAbsError,
          median.typicalSdError,
        ].map((value) => (value === null ? '–' : value.toPrecision(3)));
        [...texts, pText(closure.pValue)].forEach((text, i) => {
          cells[i]!.textContent = text;
        });
      }
    },
  };
}
