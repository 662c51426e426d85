import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { run } from '../../src/cli/main.js';
import { PROJECT_ROOT } from '../project-root.js';
import { keepOutput } from './standard-output.js';

const said = keepOutput();

test.each([
  ['models/jets-sample.parquet', 'none'],
  ['test/files/cases/delphes.root', '14 (no gen jet within deltaR 0.2), 33 (gen jets without a jet)'],
])('jets of %s that are left out: %s', async (path, dropped) => {
  expect(await run(['info', join(PROJECT_ROOT, path)])).toBe(0);
  expect(said.printed).toContain(`\ndropped           ${dropped}\n`);
});
