/** What the Dockerfile copies into its image is all that jet-iqn needs there, on a file system that is only read. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';

const dockerfile = readFileSync(join(PROJECT_ROOT, 'deploy/container/Dockerfile'), 'utf8');
const work = mkdtempSync(join(tmpdir(), 'jet-iqn-image-'));
const app = join(work, 'app');
const data = join(work, 'data');

beforeAll(() => {
  mkdirSync(data);
  for (const [, from, to] of dockerfile.matchAll(/^COPY --from=build \/app\/(\S+) \.\/(\S*)$/gm)) {
    const source = join(PROJECT_ROOT, from!);
    const target = join(app, to || from!);
    mkdirSync(dirname(target), { recursive: true });
    if (from === 'node_modules') symlinkSync(source, target);
    else if (existsSync(source)) cpSync(source, target, { recursive: true });
    // The native engine is not there where no compiler was.
    else expect(from).toBe('dist/native');
  }
  setWritable(app, false);
});

afterAll(() => {
  setWritable(app, true);
  rmSync(work, { recursive: true });
});

function setWritable(path: string, writable: boolean): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) setWritable(inside, writable);
    else if (entry.isFile()) chmodSync(inside, writable ? 0o644 : 0o444);
  }
  chmodSync(path, writable ? 0o755 : 0o555);
}

function jetIqn(...args: string[]): string {
  const main = join(app, 'dist/src/cli/main.js');
  return execFileSync(process.execPath, [main, ...args], { cwd: data, encoding: 'utf8', stdio: 'pipe' });
}

test('it reads ROOT files', () => {
  const root = join(PROJECT_ROOT, 'test/files/cases/nanoaod-v15.root');
  expect(JSON.parse(jetIqn('convert', root, '-o', 'jets.parquet', '--json'))).toMatchObject({});
  expect(readdirSync(data)).toContain('jets.parquet');
});

test('it studies a shipped bundle', () => {
  const jets = join(app, 'models/jets-sample.parquet');
  const study = [
    'study',
    join(app, 'models/simulation'),
    jets,
    '-o',
    'out',
    '--limit',
    '30',
    '--samples',
    '10',
  ];
  expect(JSON.parse(jetIqn(...study, '--json', '--quiet'))).toMatchObject({ jets: 30, predictions: 300 });
});

test('it is a user without rights, as a number', () => {
  expect(dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
});
