/** npm run results: writes the tables of docs/results.md anew from the cards of the shipped models. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultsTables, type ShippedCard } from './results-tables.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const RESULTS_PAGE = join(ROOT, 'docs', 'results.md');
const MARKS = ['<!-- tables: written by npm run results -->', '<!-- end of the tables -->'] as const;

/** @returns `page` with the tables of the cards in models/. */
export function withTables(page: string): string {
  const models = join(ROOT, 'models');
  const cards = readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => JSON.parse(readFileSync(join(models, name, 'model.json'), 'utf8')) as ShippedCard)
    .sort((a, b) => b.task.localeCompare(a.task) || a.name.localeCompare(b.name));
  const [before, rest] = page.split(MARKS[0]) as [string, string];
  const after = rest.slice(rest.indexOf(MARKS[1]));
  return `${before}${MARKS[0]}\n\n${resultsTables(cards)}\n\n${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(RESULTS_PAGE, withTables(readFileSync(RESULTS_PAGE, 'utf8')));
