// `npm run mutation [-- NAME…]`: does a file's own test notice when a line of the file is changed? `npm run mutation --
// studies/closure sampling/plan` asks of these, without names of every file below. Ends with 1 below the score wanted.
//
// What is changed is the compiled JavaScript, so that no change needs a compiler; and it is changed in the realm of the
// tests. So files that run in worker threads, or start them, are left out: their tests (faults, killed, run-sample) look
// at whole processes.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

/** Per cent of the changes that a test must notice. */
const SCORE_WANTED = 80;
const FILES = [
  ...['block-file', 'block-totals', 'job', 'journal', 'merge', 'plan', 'study-pass'].map(
    (name) => `sampling/${name}`,
  ),
  ...['bin-lookup', 'delta-phi', 'median', 'rank'].map((name) => `sampling/accumulators/${name}`),
  ...['closure', 'closure-slices', 'marginal', 'median-errors', 'medians', 'pit'].map(
    (name) => `studies/${name}`,
  ),
  ...['replicates', 'spectrum-edges', 'study', 'verdict'].map((name) => `studies/${name}`),
  ...['dependence', 'rosenblatt', 'tarp'].map((name) => `studies/joint/${name}`),
  'studies/fold/fold',
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const names = process.argv.length > 2 ? process.argv.slice(2) : FILES;
for (const name of names)
  for (const file of [`src/${name}.ts`, `test/${name}.test.ts`])
    if (!existsSync(join(root, file))) {
      console.error(
        `There is no ${file}; a name is that of a file in src with a test beside it, such as ${FILES[0]}.`,
      );
      process.exit(2);
    }

const results = await new Stryker({
  mutate: names.map((name) => `dist/src/${name}.js`),
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: {
    configFile: 'jest.config.json',
    // Without jest's own set-up, which builds the page: it would for every change.
    config: { globalSetup: null, testMatch: names.map((name) => `<rootDir>/${name}.test.js`) },
    // Jest's root is dist/test, so that it knows of no file in dist/src.
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  // What is computed once, when a file is loaded, would need a process of its own for each change.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: 'out/mutation/incremental.json',
  tempDirName: 'out/mutation/sandbox',
  ignorePatterns: ['out', 'runs', 'coverage', 'dist/docs', 'dist/web', 'bench/results'],
  reporters: ['progress-append-only', 'clear-text', 'html'],
  clearTextReporter: { allowColor: false, reportTests: false },
  htmlReporter: { fileName: 'out/mutation/report.html' },
  thresholds: { high: 90, low: SCORE_WANTED, break: SCORE_WANTED },
  // For a loop that no longer ends: the tests themselves take a second or two. So long since a process that others on the
  // machine starve would else count as one that noticed.
  timeoutMS: 15_000,
  concurrency: 2,
}).runMutationTest();
const counted = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
// The incremental file keeps what was asked before, of other files.
const asked = names.map((name) => join('dist', 'src', `${name}.js`));
for (const { fileName, status } of results)
  if (status in counted && asked.some((file) => fileName.endsWith(file))) counted[status]++;
const noticed = counted.Killed + counted.Timeout;
const all = noticed + counted.Survived + counted.NoCoverage;
console.log(
  `${noticed} of ${all} changes noticed: ${((100 * noticed) / all).toFixed(1)} %, ` +
    `${counted.Killed} by a test that failed and ${counted.Timeout} by one that did not end`,
);
