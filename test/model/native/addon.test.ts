/** The addon's door: whatever is handed over, it is used rightly or refused; and nothing that fails to load breaks. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeAddon, findAddon, loadAddon } from '../../../src/model/native/addon.js';
import { ADDON_FOLDER, readBuildRecord, writeBuildRecord } from '../../../src/model/native/build-record.js';
import { networkNumbers } from '../../../src/model/network-numbers.js';
import { PROJECT_ROOT } from '../../project-root.js';
import { tinyNetwork } from '../../tiny-bundle.js';

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

  test('nothing', () => expect(absence()).toMatch(/^it is not built; jet-iqn setup-native builds it$/));

  test('a record of another kind', () => {
    writeFileSync(join(folder, 'build.json'), '{"sources": 1, "file": []}');
    expect(absence()).toMatch(/^it is not built/);
  });

  test('a failure', () => {
    writeBuildRecord(folder, { sources: 'a', failure: 'there is no C++ compiler' });
    expect(absence()).toBe('there is no C++ compiler');
  });

  test('a file that is gone', () => {
    writeBuildRecord(folder, { sources: 'a', kernel: 'k', file: 'gone.node', sha256: 'b', compiler: 'c' });
    expect(absence()).toMatch(/^ENOENT.*gone\.node.*; jet-iqn setup-native builds it again$/);
  });

  test('a file that is no addon of this machine, as it was recorded', () => {
    writeFileSync(join(folder, 'other.node'), 'another machine’s');
    const sha256 = execFileSync('sha256sum', [join(folder, 'other.node')], { encoding: 'utf8' }).slice(0, 64);
    writeBuildRecord(folder, { sources: 'a', kernel: 'k', file: 'other.node', sha256, compiler: 'c' });
    expect(absence()).toMatch(/; jet-iqn setup-native builds it again$/);
  });

  const record = readBuildRecord(ADDON_FOLDER);
  if (record && 'file' in record)
    test('a file that was cut short is not loaded', () => {
      copyFileSync(join(ADDON_FOLDER, record.file), join(folder, record.file));
      truncateSync(join(folder, record.file), 50_000);
      writeBuildRecord(folder, record);
      expect(absence()).toMatch(/is not what was built/);
      expect(readdirSync(folder)).toContain(record.file);
    });
});

if ('addon' in found) {
  const { addon } = found;
  const { layout, numbers } = networkNumbers(tinyNetwork());
  const [level] = addon.levels() as [string];
  const [jets, samples] = [2, 5];

  describe('open', () => {
    test.each<[string, unknown[], RegExp]>([
      ['nothing', [], /^layout is not a Uint32Array$/],
      ['another kind of array', [Int32Array.from(layout), numbers, level], /^layout is not a Uint32Array$/],
      ['doubles', [layout, Float64Array.from(numbers), level], /^numbers is not a Float32Array$/],
      ['no level', [layout, numbers, undefined], /^level is none/],
      ['an unknown level', [layout, numbers, 'avx9000'], /^level is none/],
      ['a long level', [layout, numbers, 'x'.repeat(10_000)], /^level is none/],
      ['a weight less', [layout, numbers.subarray(1), level], /fewer weights/],
      ['a weight more', [layout, Float32Array.from([...numbers, 0]), level], /more weights/],
      ['no numbers', [layout, new Float32Array(0), level], /fewer weights/],
      ['a layout cut short', [layout.subarray(0, 8), numbers, level], /layout is too short/],
      ['an empty layout', [new Uint32Array(0), numbers, level], /layout is too short/],
      ['a layout too long', [Uint32Array.from([...layout, 1]), numbers, level], /layout is too long/],
      ['2^32 - 1 inputs', [layout.with(0, 2 ** 32 - 1), numbers, level], /number of inputs/],
      ['2^32 - 1 trunk layers', [layout.with(6, 2 ** 32 - 1), numbers, level], /trunk/],
      ['a trunk layer of 2^31', [layout.with(7, 2 ** 31), numbers, level], /trunk/],
      ['an unknown tau', [layout.with(1, 3), numbers, level], /tau input/],
      ['an unknown kind', [layout.with(2, 4), numbers, level], /kind of a target/],
      ['a slope above 1', [layout, numbers.with(0, 1.5), level], /slope/],
      ['a negative sd', [layout, numbers.with(1, -1), level], /sd/],
    ])('%s is refused', (_, args, message) => {
      expect(() => (addon.open as (...args: unknown[]) => unknown)(...args)).toThrow(message);
    });
  });

  describe('predict', () => {
    const network = addon.open(layout, numbers, level);
    const x = new Float32Array(jets * 4).fill(0.5);
    const origins = Float32Array.from([100, 0.5, 1, 12, 50, -1, 2, 8]);
    const tau = new Float32Array(jets * 4 * samples).fill(0.25);
    const fits = () => [network, x, origins, tau, new Float32Array(tau.length), jets, samples] as unknown[];
    const predict = addon.predict as (...args: unknown[]) => void;
    const shared = new Float32Array(new SharedArrayBuffer(tau.byteLength));
    const given = new Float32Array(tau);
    structuredClone(given.buffer, { transfer: [given.buffer] });
    const both = new Float32Array(100).fill(0.5);

    test('what fits is predicted', () => {
      const args = fits();
      predict(...args);
      expect((args[4] as Float32Array).every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    });

    test.each<[string, number, unknown, RegExp]>([
      ['no network', 0, {}, /^network was not opened here$/],
      ['no object', 0, 1, /^network was not opened here$/],
      ['another function', 0, addon.predict, /^network was not opened here$/],
      ['x too short', 1, x.subarray(1), /^x has 7 values, 8 are needed$/],
      ['x as an array', 1, [...x], /^x is not a Float32Array$/],
      ['x as a buffer', 1, x.buffer, /^x is not a Float32Array$/],
      ['x as a view', 1, new DataView(x.buffer), /^x is not a Float32Array$/],
      ['origins too short', 2, origins.subarray(4), /^origins has 4 values, 8 are needed$/],
      ['tau too short', 3, tau.subarray(1), /^tau has 39 values, 40 are needed$/],
      ['tau as bytes', 3, new Uint8Array(tau.buffer), /^tau is not a Float32Array$/],
      ['shared tau', 3, shared, /^tau lies in memory that threads share/],
      ['tau given away', 3, given, /^tau (lies in memory that was given away|has 0 values)/],
      ['no predictions', 4, undefined, /^predictions is not a Float32Array$/],
      ['predictions too short', 4, tau.slice(1), /^predictions has 39 values/],
      ['tau as predictions', 4, tau, /^predictions lie in the memory/],
      ['negative jets', 5, -1, /^jets is not a whole number/],
      ['half a jet', 5, 0.5, /^jets is not a whole number/],
      ['NaN jets', 5, Number.NaN, /^jets is not a whole number/],
      ['jets as text', 5, '2', /^jets is not a number$/],
      ['2^32 jets', 5, 2 ** 32, /^x has 8 values/],
      ['2^53 jets', 5, 2 ** 53, /^jets is not a whole number/],
      ['2^32 samples', 6, 2 ** 32, /^tau has 40 values/],
      ['infinitely many samples', 6, Number.POSITIVE_INFINITY, /^samples is not a whole number/],
    ])('%s is refused', (_, place, value, message) => {
      expect(() => predict(...fits().with(place, value))).toThrow(message);
    });

    test('2^32 jets of 2^32 samples do not overflow', () => {
      expect(() =>
        predict(
          ...fits()
            .with(5, 2 ** 32)
            .with(6, 2 ** 32),
        ),
      ).toThrow(/more than memory can hold/);
    });

    test('results that reach into their tau are refused', () => {
      const args = fits().with(3, both.subarray(0, 40)).with(4, both.subarray(39, 79));
      expect(() => predict(...args)).toThrow(/^predictions lie in the memory/);
      predict(...fits().with(3, both.subarray(0, 40)).with(4, both.subarray(40, 80)));
    });

    test('a length that shrinks with its memory is seen', () => {
      const buffer = new (ArrayBuffer as new (bytes: number, options: object) => ArrayBuffer)(
        tau.byteLength,
        { maxByteLength: tau.byteLength },
      );
      const tracking = new Float32Array(buffer);
      (buffer as unknown as { resize(bytes: number): void }).resize(8);
      expect(() => predict(...fits().with(4, tracking))).toThrow(/^predictions has 2 values/);
    });
  });

  test('workers that are stopped at work, and a process that ends meanwhile, end cleanly', () => {
    expect(runChild(workers)).toBe('4 stopped\n');
  });
}

/** A program for a process of its own. */
function runChild(program: string): string {
  const url = (path: string) => pathToFileURL(join(PROJECT_ROOT, 'dist', path)).href;
  const text = `import { loadAddon } from '${url('src/model/native/addon.js')}';
    import { networkNumbers } from '${url('src/model/network-numbers.js')}';
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
  const module = '${pathToFileURL(join(PROJECT_ROOT, 'dist/src/model/native/addon.js')).href}';
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
