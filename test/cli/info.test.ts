import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';
import { printedBy } from './run-cli.js';

test.each([
  ['models/jets-sample.parquet', 'none'],
  ['test/files/cases/delphes.root', '14 (no gen jet within deltaR 0.2), 33 (gen jets without a jet)'],
])('jets of %s that are left out: %s', async (path, dropped) => {
  expect(await printedBy(`info ${join(PROJECT_ROOT, path)}`)).toContain(`\ndropped           ${dropped}\n`);
});
