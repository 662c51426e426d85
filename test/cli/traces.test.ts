/** Nothing leaves the machine, and nothing is left on it but what was asked for. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fastestEngine } from '../../src/engines/open.js';
import { PROJECT_ROOT } from '../project-root.js';

const MAIN = join(PROJECT_ROOT, 'dist', 'src', 'cli', 'main.js');
const model = (name: string) => join(PROJECT_ROOT, 'models', name);
const JETS = model('jets-sample.parquet');
const ENGINES = ['ort', 'wasm', ...((await fastestEngine()) === 'native' ? ['native'] : [])];
/** Containers may forbid it. */
const hasStrace = spawnSync('strace', ['true']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-traces-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['study', 'simulation', 'ort', '--samples', '20'],
  ...ENGINES.map((engine) => ['sample', 'correction', engine, '--samples', '20']),
  ['predict', 'correction', 'auto', '--quantile', '0.5'],
])('%s %s --engine %s', (command, bundle, engine, ...more) => {
  const work = mkdtempSync(join(folder, 'run-'));
  const home = join(work, 'home');
  const temporary = join(work, 'tmp');
  mkdirSync(home);
  mkdirSync(temporary);
  const output = join(work, command === 'predict' ? 'quantiles.parquet' : 'out');
  const options = [command!, model(bundle!), JETS, '--limit', '30', '--engine', engine!, '-o', output];
  const calls = join(work, 'calls');
  const strace = ['strace', '--follow-forks', '--seccomp-bpf', '--trace=socket', '--output', calls];
  const [program, ...args] = [...(hasStrace ? strace : []), process.execPath, MAIN, ...options, ...more];
  // ONNX Runtime reports nothing where it is told so or sees CI: neither may be what makes this pass.
  const { CI: _, ORT_DISABLE_TELEMETRY: __, XDG_CACHE_HOME: ___, ...environment } = process.env;
  const { status, stderr } = spawnSync(program!, args, {
    encoding: 'utf8',
    env: { ...environment, HOME: home, TMPDIR: temporary },
  });
  expect([status, stderr]).toEqual([0, expect.not.stringMatching(/strace:/)]);
  expect([readdirSync(home), readdirSync(temporary)]).toEqual([[], []]);
  // A name is looked up through a socket.
  if (hasStrace) expect(readFileSync(calls, 'utf8')).not.toMatch(/AF_INET/);
});
