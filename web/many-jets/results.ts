/** What a study found: figures, table and files, made when there is something to show. */

import type { Report } from '../../src/studies/summarise.js';
import { byId, element, saveFile, show } from '../dom.js';
import type { PredictionFormat } from '../engine/api.js';
import { reportFigures } from './report-figures.js';
import { reportTable } from './report-table.js';

export interface Results {
  update(report: Report): void;
  /** Whether the predictions behind the report can be made again, and so be saved. */
  repeatable(possible: boolean): void;
}

/**
 * @param complain told in words what cannot be made.
 * @param save makes a file of all predictions.
 */
export function resultsPlace(
  complain: (message: string) => void,
  save: (format: PredictionFormat) => void,
): Results {
  const place = byId('jets-results', HTMLElement);
  const empty = byId('jets-empty', HTMLElement);
  const table = element('div', { class: 'panel' });
  const figures = element('div', { class: 'pairs' });
  const predictions = [
    button('Predictions as Parquet', () => save('parquet')),
    button('Predictions as CSV', () => save('csv')),
  ];
  const report = button('Report as JSON', () => last && saveFile(jsonOf(last), 'report.json'));
  const files = element(
    'div',
    { class: 'panel files-row' },
    element('span', {}, 'Download'),
    ...predictions,
    report,
  );
  place.append(keyList(), table, files, figures);
  let drawn: { figures: ReturnType<typeof reportFigures>; table: ReturnType<typeof reportTable> } | undefined;
  let last: Report | undefined;
  return {
    update(next) {
      last = next;
      show(empty, false);
      show(place, true);
      drawn ??= { figures: reportFigures(figures, complain), table: reportTable(table) };
      drawn.figures.update(next);
      drawn.table.update(next);
    },
    repeatable(possible) {
      for (const each of predictions) each.disabled = !possible;
    },
  };
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, text);
  made.addEventListener('click', act);
  return made;
}

function jsonOf(report: Report): Blob {
  return new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' });
}

function keyList(): HTMLElement {
  const entry = (swatch: string, text: string) =>
    element('li', {}, element('span', { class: `swatch ${swatch}` }), text);
  return element(
    'ul',
    { class: 'key', 'aria-label': 'Key to the charts' },
    entry('dot', 'true jets, with 68 % intervals'),
    entry('curve', 'predicted median; closure'),
    entry('samples', '68 % of the replicates'),
    entry('inner', 'a bin of a right model, 68 %'),
    entry('outer', 'and all its bins, 95 %'),
  );
}
