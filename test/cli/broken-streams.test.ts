/** Standard streams that cannot be written: a run goes on, and only a result that is lost is a failure. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const bundle = join(PROJECT_ROOT, 'models', 'simulation');
const jets = join(PROJECT_ROOT, 'models', 'jets-sample.parquet');
const root = mkdtempSync(join(tmpdir(), 'jet-iqn-streams-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs a line of bash in which jet-iqn is the command line. */
function shell(line: string, ...values: string[]) {
  const script = `set -o pipefail; jet-iqn() { "$NODE" --no-warnings "$MAIN" "$@"; }; ${line}`;
  const env = { ...process.env, NODE: process.execPath, MAIN };
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...values], {
    encoding: 'utf8',
    env,
  });
  return { code: status, stdout, stderr };
}

test.each([
  ['full', '2>/dev/full'],
  ['a pipe that nobody reads', '2>&1 >/dev/null | true'],
  ['closed', '2>&-'],
])('a sample ends well where stderr is %s', (name, redirection) => {
  const output = join(root, name);
  const sample = 'jet-iqn sample "$1" "$2" -o "$3" --limit 500 --samples 10 --threads 2';
  expect(shell(`${sample} ${redirection}`, bundle, jets, output).code).toBe(0);
  expect(existsSync(join(output, '_manifest.json'))).toBe(true);
});

describe('stdout', () => {
  test.each([
    ['a pipe that nobody reads', '| true'],
    ['closed', '>&-'],
  ])('is %s: a quiet end', (_, redirection) => {
    expect(shell(`jet-iqn info "$1" --json ${redirection}`, jets)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('is full: the result is lost, one line says so', () => {
    expect(shell('jet-iqn info "$1" --json >/dev/full', jets)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'jet-iqn: standard output: the disk is full; make room\n',
    });
  });
});
