/**
 * A folder where the commands of the pages run as they stand: jet-iqn is this build, files have the names that the pages
 * use, and they are small.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '../project-root.js';

/** Jets of the stand-in for a jets table: below 40 the joint tests are left out of a study, which saves seconds. */
const JETS = 36;

/** What a file of this name in a page is: one of test/files/cases. */
const STAND_INS: Readonly<Record<string, string>> = {
  'nano1.root': 'nanoaod-v9.root',
  'nano2.root': 'nanoaod-v12.root',
  'delphes.root': 'delphes.root',
  'jets.csv': 'jets.csv',
  'jets.h5': 'jets-12.h5',
  // CERN Open Data, record 12100.
  '12100/first.root': 'jet-ntuple-800.root',
  'test-files/last.root': 'jet-ntuple.root',
};

/** Scripts of package.json that start one program of the build: `npm run` starts it in the workspace. */
const programs = () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));
  return Object.entries(scripts as Record<string, string>).flatMap(([name, script]) => {
    const started = /^node (?:scripts\/prepare\.mjs )?(dist\/\S+\.js)(.*)$/.exec(script);
    return started
      ? [`  ${name}) exec node --no-warnings '${PROJECT_ROOT}/${started[1]}'${started[2]} "$@" ;;`]
      : [];
  });
};

/** @returns the path that finds this build's programs first. */
export function makeWorkspace(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(join(folder, 'models'), { recursive: true });
  mkdirSync(bin);
  for (const entry of readdirSync(join(PROJECT_ROOT, 'models'), { withFileTypes: true }))
    if (entry.isDirectory())
      symlinkSync(join(PROJECT_ROOT, 'models', entry.name), join(folder, 'models', entry.name));
  for (const name of ['examples', 'deploy', 'package.json'])
    symlinkSync(join(PROJECT_ROOT, name), join(folder, name));
  for (const [name, file] of Object.entries(STAND_INS)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(PROJECT_ROOT, 'test', 'files', 'cases', file), join(folder, name));
  }
  const sample = join(folder, 'models', 'jets-sample.parquet');
  const all = join(PROJECT_ROOT, 'models', 'jets-sample.parquet');
  const main = join(PROJECT_ROOT, 'dist', 'src', 'cli', 'main.js');
  execFileSync('node', [main, 'convert', all, '-o', sample, '--limit', String(JETS), '--quiet']);
  for (const name of ['jets.parquet', 'jets-test.parquet']) copyFileSync(sample, join(folder, name));

  const jetIqn = `exec node --no-warnings '${main}' "$@"`;
  program(bin, 'jet-iqn', jetIqn);
  program(bin, 'npx', `[ "$1" = jet-iqn ] || { echo "npx $1: not run" >&2; exit 9; }\nshift\n${jetIqn}`);
  program(
    bin,
    'npm',
    [
      'name=$1; shift',
      '[ "$name" != run ] || { name=$1; shift; }',
      '[ "$1" != -- ] || shift',
      'case $name in',
      ...programs(),
      'esac',
      'echo "npm $name: a block that needs it says why it is not run" >&2; exit 9',
    ].join('\n'),
  );
  return `${bin}:${process.env.PATH}`;
}

function program(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
