/** A limit of virtual memory, as batch systems set it: memories of WebAssembly, 8 GB of addresses each, do not start. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const bundle = join(PROJECT_ROOT, 'models', 'simulation');
const jets = join(PROJECT_ROOT, 'models', 'jets-sample.parquet');
const root = mkdtempSync(join(tmpdir(), 'jet-iqn-memory-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A command with so many GB of addresses. */
function limited(gigabytes: number, ...options: string[]) {
  const argv = [process.execPath, '--no-warnings', MAIN, ...options, '--quiet'];
  const script = `ulimit -v ${gigabytes}000000 && exec "$@"`;
  return spawnSync('bash', ['-c', script, 'bash', ...argv], { encoding: 'utf8' });
}

function study(output: string, ...options: string[]) {
  const common = ['--limit', '600', '--samples', '10', '--joint-jets', '500'];
  return limited(8, 'study', bundle, jets, '-o', output, ...common, ...options);
}

test('with the native engine a study of 12 threads needs no WebAssembly, and few addresses a thread', () => {
  const output = join(root, 'native');
  expect(study(output, '--threads', '12', '--engine', 'native')).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(join(output, 'report.html'))).toBe(true);
});

test.each([
  ['ort', 1],
  ['wasm', 2],
])('with --engine %s one line says what to do', (engine, code) => {
  const { status, stderr } = study(join(root, engine), '--threads', '1', '--engine', engine);
  expect(status).toBe(code);
  expect(stderr).toMatch(
    /^jet-iqn: [^\n]*WebAssembly does not start here: raise the limit of virtual memory \(ulimit -v\)[^\n]*\n$/,
  );
});

test.each([
  ['sample', 'out'],
  ['predict', 'out.parquet'],
  ['convert', 'out.parquet'],
])('%s to Parquet, which is packed by WebAssembly, is refused before the work', (command, output) => {
  const words = command === 'convert' ? [jets] : [bundle, jets, '--samples', '100000'];
  const { status, stderr } = limited(8, command, ...words, '-o', join(root, output));
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^jet-iqn: zstd is packed by [^\n]*\n$/)]);
  expect(existsSync(join(root, output))).toBe(false);
});

test.each([
  ['study', 'study'],
  ['sample', 'sample'],
  ['predict', 'out.csv'],
])('of more threads than 2 GB hold %s says how many they do', (command, output) => {
  const many = ['--samples', '1000', '--threads', '64', ...(command === 'sample' ? ['--format', 'csv'] : [])];
  const { status, stderr } = limited(2, command, bundle, jets, '-o', join(root, output), ...many);
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/room for \d of \d+ threads; give --threads \d[^\n]*\n$/),
  ]);
});
