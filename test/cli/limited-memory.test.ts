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

/** A study with 8 GB of addresses. */
function study(output: string, ...options: string[]) {
  const common = ['--limit', '600', '--samples', '10', '--joint-jets', '500', '--quiet'];
  const argv = [process.execPath, '--no-warnings', MAIN, 'study', bundle, jets, '-o', output, ...common];
  const script = 'ulimit -v 8000000 && exec "$@"';
  return spawnSync('bash', ['-c', script, 'bash', ...argv, ...options], { encoding: 'utf8' });
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
