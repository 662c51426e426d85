/**
 * npm run results: writes the tables of docs/results.md anew from the cards of the shipped models, and the README's of
 * speed from bench/results/pareto.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withSection } from './markdown.js';
import { resultsTables, type ShippedCard } from './results-tables.js';
import { type ParetoRun, speedTable } from './speed-table.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const RESULTS_PAGE = join(ROOT, 'docs', 'results.md');
export const README = join(ROOT, 'README.md');

/** @returns `page` with the tables of the cards in models/. */
export function withTables(page: string): string {
  const models = join(ROOT, 'models');
  const cards = readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => JSON.parse(readFileSync(join(models, name, 'model.json'), 'utf8')) as ShippedCard)
    .sort((a, b) => b.task.localeCompare(a.task) || a.name.localeCompare(b.name));
  return withSection(page, 'tables', resultsTables(cards));
}

/** @returns `page`, the README, with the ratios of the recorded run. */
export function withSpeeds(page: string): string {
  const run = readFileSync(join(ROOT, 'bench', 'results', 'pareto', 'pareto.json'), 'utf8');
  return withSection(page, 'speeds', speedTable(JSON.parse(run) as ParetoRun));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(RESULTS_PAGE, withTables(readFileSync(RESULTS_PAGE, 'utf8')));
  writeFileSync(README, withSpeeds(readFileSync(README, 'utf8')));
}
