/** What a study found: verdict, table, figures and files, made when there is something to show. */
import type { Report } from '../../src/studies/summarise.js';
import { byId, element, saveFile, show } from '../dom.js';
import type { PredictionFormat } from '../engine/api.js';
import { reportFigures } from './report-figures.js';
import { reportTable } from './report-table.js';
import { verdictBox } from './verdict-box.js';

export interface Results {
  /** @param isWhole whether nothing is left to be done. */
  update(report: Report, isWhole: boolean): void;
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
  const box = element('section', { class: 'verdict' });
  const table = element('div', { class: 'panel' });
  const figures = element('div', { class: 'figures' });
  let last: Report | undefined;
  const predictions = [
    button('Predictions as Parquet', () => save('parquet')),
    button('Predictions as CSV', () => save('csv')),
  ];
  const json = button(
    'Report as JSON',
    () =>
      last &&
      saveFile(new Blob([JSON.stringify(last, null, 2)], { type: 'application/json' }), 'report.json'),
  );
  const html = button('Report as one page', async () => {
    if (!last) return;
    html.disabled = true;
    try {
      const { reportFile } = await import('./figure-files.js');
      const file = await reportFile(last, (share) => {
        html.textContent = `Drawing: ${Math.round(100 * share)} %`;
      });
      saveFile(file, 'report.html');
    } catch (error) {
      complain(`The report cannot be made: ${(error as Error).message}`);
    }
    html.textContent = 'Report as one page';
    html.disabled = false;
  });
  const files = element(
    'div',
    { class: 'panel files-row' },
    element('span', {}, 'Save'),
    html,
    json,
    ...predictions,
  );
  place.append(box, table, files, figures);
  let drawn:
    | {
        box: ReturnType<typeof verdictBox>;
        figures: ReturnType<typeof reportFigures>;
        table: ReturnType<typeof reportTable>;
      }
    | undefined;
  return {
    update(next, isWhole) {
      last = next;
      show(empty, false);
      show(place, true);
      for (const each of [html, json]) each.disabled = !isWhole;
      drawn ??= {
        box: verdictBox(box),
        figures: reportFigures(figures, complain),
        table: reportTable(table),
      };
      drawn.box.update(next, isWhole);
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
