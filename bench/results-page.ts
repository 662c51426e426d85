/**
 * npm run results: writes the tables of docs/results.md anew from the cards of the shipped models and of other
 * trainings, the README's of speed from bench/results/pareto, that of docs/formats.md from bench/results/formats, and
 * that of docs/engines.md from bench/results/peers.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FormatsRun, formatsTable } from './formats-table.js';
import { withSection } from './markdown.js';
import { type PeersRun, peersTable } from './peers-table.js';
import { resultsTables } from './results-tables.js';
import { type ParetoRun, speedTable } from './speed-table.js';
import { type TrainingCard, trainingsTable } from './trainings-table.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const RESULTS_PAGE = join(ROOT, 'docs', 'results.md');
export const FORMATS_PAGE = join(ROOT, 'docs', 'formats.md');
export const ENGINES_PAGE = join(ROOT, 'docs', 'engines.md');
export const README = join(ROOT, 'README.md');

/** @returns `page` with the tables of the cards in models/. */
export function withTables(page: string): string {
  const cards = shippedCards().sort((a, b) => b.task.localeCompare(a.task) || a.name.localeCompare(b.name));
  return withSection(page, 'tables', resultsTables(cards));
}

/** @returns `page` with the table of the cards in models/ beside those of bench/results/trainings. */
export function withTrainings(page: string): string {
  const folder = join(ROOT, 'bench', 'results', 'trainings');
  const others = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => cardAt(join(folder, name)));
  return withSection(page, 'trainings', trainingsTable([...shippedCards(), ...others]));
}

function shippedCards(): TrainingCard[] {
  const models = join(ROOT, 'models');
  return readdirSync(models, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => cardAt(join(models, name, 'model.json')));
}

function cardAt(path: string): TrainingCard {
  return JSON.parse(readFileSync(path, 'utf8')) as TrainingCard;
}

/** @returns `page`, the README, with the ratios of the recorded run. */
export function withSpeeds(page: string): string {
  const run = readFileSync(join(ROOT, 'bench', 'results', 'pareto', 'pareto.json'), 'utf8');
  return withSection(page, 'speeds', speedTable(JSON.parse(run) as ParetoRun));
}

/** @returns `page`, docs/formats.md, with the speeds of the recorded runs; as it is where there are none. */
export function withFormats(page: string): string {
  const folder = join(ROOT, 'bench', 'results', 'formats');
  const runs = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as FormatsRun);
  return runs.length === 0 ? page : withSection(page, 'speeds', formatsTable(runs));
}

/** @returns `page`, docs/engines.md, with what the recorded run found of the peers; as it is where there is none. */
export function withPeers(page: string): string {
  const file = join(ROOT, 'bench', 'results', 'peers', 'peers.json');
  if (!existsSync(file)) return page;
  return withSection(page, 'peers', peersTable(JSON.parse(readFileSync(file, 'utf8')) as PeersRun));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(RESULTS_PAGE, withTrainings(withTables(readFileSync(RESULTS_PAGE, 'utf8'))));
  writeFileSync(README, withSpeeds(readFileSync(README, 'utf8')));
  writeFileSync(ENGINES_PAGE, withPeers(readFileSync(ENGINES_PAGE, 'utf8')));
  writeFileSync(FORMATS_PAGE, withFormats(readFileSync(FORMATS_PAGE, 'utf8')));
}
