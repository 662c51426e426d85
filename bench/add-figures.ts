/**
 * npm run card -- BUNDLE REPORT [NAME]: writes what a study of this very bundle found on its card, as `study` or under
 * another name.
 */
import { readFile } from 'node:fs/promises';
import { updateCard } from '../export/write-bundle.js';
import { UsageError } from '../src/errors.js';
import { readBundle } from '../src/model/bundle-node.js';
import type { Report } from '../src/report/report.js';
import { cardFigures } from './card-figures.js';

const [folder, file, name = 'study'] = process.argv.slice(2);
try {
  if (!folder || !file) throw new UsageError('give a bundle and the report.json of a study of it');
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  const { sha256 } = await readBundle(folder);
  if (report.bundle.sha256 !== sha256) throw new UsageError(`${file} is of another bundle than ${folder}`);
  await updateCard(folder, { [name]: cardFigures(report) });
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
