/** Whether there is an addon: nothing that fails to load breaks, and what is loaded ends with its thread. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ADDON_FOLDER,
  describeAddon,
  findAddon,
  loadAddon,
  RECORD_FILE,
  readBuildRecord,
} from '../../src/engines/addon.js';
import { PROJECT_ROOT } from '../project-root.js';

const found = loadAddon();

test('one line says what there is', () => {
  expect(describeAddon()).toMatch('addon' in found ? /^((avx512|avx2|neon), )*scalar$/ : /^absent: ./);
});

describe('what a build left', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'jet-iqn-native-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const absence = () => {
    const there = findAddon(folder);
    return 'absence' in there ? there.absence : 'it is there';
  };

  const record = (of: object) => writeFileSync(join(folder, RECORD_FILE), JSON.stringify(of));
  const build = { sources: 'a', kernel: 'k', compiler: 'c' };
  const other = 'another machine’s';
  const sha256 = createHash('sha256').update(other).digest('hex');

  test.each<[string, object | undefined, RegExp]>([
    ['nothing', undefined, /^it is not built; jet-iqn setup-native builds it$/],
    ['a record of another kind', { sources: 1, file: [] }, /^it is not built/],
    ['a failure', { sources: 'a', failure: 'no C++ compiler' }, /^no C\+\+ compiler$/],
    [
      'a file that is gone',
      { ...build, file: 'gone.node', sha256: 'b' },
      /^ENOENT.*gone\.node.*; jet-iqn setup-native builds it again$/,
    ],
    [
      'a file that is no addon of this machine, as it was recorded',
      { ...build, file: 'other.node', sha256 },
      /; jet-iqn setup-native builds it again$/,
    ],
  ])('%s', (_, found, said) => {
    if (found) record(found);
    writeFileSync(join(folder, 'other.node'), other);
    expect(absence()).toMatch(said);
  });

  const built = readBuildRecord(ADDON_FOLDER);
  if (built && 'file' in built)
    test('a file that was cut short is not loaded', () => {
      copyFileSync(join(ADDON_FOLDER, built.file), join(folder, built.file));
      truncateSync(join(folder, built.file), 50_000);
      record(built);
      expect(absence()).toMatch(/is not what was built/);
      expect(readdirSync(folder)).toContain(built.file);
    });
});

if ('addon' in found)
  test('workers that are stopped at work, and a process that ends meanwhile, end cleanly', () => {
    expect(runChild(workers)).toBe('4 stopped\n');
  });

/** A program for a process of its own. */
function runChild(program: string): string {
  const url = (path: string) => pathToFileURL(join(PROJECT_ROOT, 'dist', path)).href;
  const text = `import { loadAddon } from '${url('src/engines/addon.js')}';
    import { networkNumbers } from '${url('src/engines/network-numbers.js')}';
    import { tinyNetwork } from '${url('test/tiny-bundle.js')}';
    ${program}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' });
}

const workers = `
  import { Worker } from 'node:worker_threads';
  const { layout, numbers } = networkNumbers(tinyNetwork());
  const program = \`
    import { parentPort, workerData } from 'node:worker_threads';
    const { loadAddon } = await import(workerData.module);
    const { addon } = loadAddon();
    const network = addon.open(workerData.layout, workerData.numbers, addon.levels()[0]);
    const tau = new Float32Array(4000).fill(0.5);
    const results = new Float32Array(4000);
    parentPort.postMessage('open');
    for (;;) addon.predict(network, new Float32Array(4), new Float32Array(4).fill(1), tau, results, 1, 1000);\`;
  const module = '${pathToFileURL(join(PROJECT_ROOT, 'dist/src/engines/addon.js')).href}';
  const url = new URL('data:text/javascript,' + encodeURIComponent(program));
  const start = () => new Worker(url, { workerData: { module, layout, numbers } });
  const all = Array.from({ length: 5 }, start);
  await Promise.all(all.map((worker) => new Promise((done) => worker.once('message', done))));
  // While they are in the addon; the main thread has its own.
  const { addon } = loadAddon();
  addon.open(layout, numbers, addon.levels()[0]);
  await Promise.all(all.slice(0, 4).map((worker) => worker.terminate()));
  console.log('4 stopped');
  process.exit(0);`;
