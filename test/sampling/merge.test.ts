import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lockFolder } from '../../src/files/lock.js';
import { mergeShards } from '../../src/sampling/merge.js';
import { predictionContents } from '../../src/sampling/prediction-files.js';
import { runSample } from '../../src/sampling/run-sample.js';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from './closed-form-engine.js';
import { bytesOf } from './faults/fault-runs.js';
import { totalsBytes } from './totals-bytes.js';

type Json = Record<string, unknown>;

let folder: string;
const at = (name: string) => join(folder, name);
const engine = { ...closedFormEngine(), task: 'simulation' } as const;
const study = {
  engine,
  table: someJets(3000),
  task: 'simulation',
  samples: 300,
  seed: 1,
  threads: 1,
  edges: SOME_EDGES,
} as const;
const sample = (more: { seed?: number; sha256?: string } = {}) =>
  ({
    engine: { ...engine, bundle: { name: 'closed-form', sha256: more.sha256 ?? 'a'.repeat(64) } },
    table: someJets(40),
    samples: 20_000,
    seed: more.seed ?? 1,
    threads: 1,
    contents: predictionContents({ columns: ['pt'] }),
  }) as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-merge-'));
  await runSample({ ...sample(), outputDir: at('sample-whole') });
  for (const index of [0, 1, 2]) {
    const shard = { index, count: 3 };
    await runSample({ ...sample(), shard, outputDir: at(`sample-${index}`) });
    await runStudyPass({ ...study, shard, outputDir: at(`study-${index}`), request: { jets: 'some' } });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ALL = ['sample-0', 'sample-1', 'sample-2'];
const shards = (...names: string[]) => mergeShards(names.map(at), at('merged'));
const allInto = (output: string) => mergeShards(ALL.map(at), at(output));
const manifestOf = (name: string): Json => JSON.parse(readFileSync(join(at(name), '_manifest.json'), 'utf8'));
/** A shard of which something was changed. */
function changed(shard: string, name: string, change: (folder: string) => void): void {
  cpSync(at(shard), at(name), { recursive: true });
  change(at(name));
}
function withManifest(shard: string, name: string, change: (manifest: Json) => unknown): void {
  const manifest = manifestOf(shard);
  change(manifest);
  changed(shard, name, (folder) => writeFileSync(join(folder, '_manifest.json'), JSON.stringify(manifest)));
}

describe('shards of predictions', () => {
  test('make the folder of a single run, in any order; what others have begun goes, and the rest stays', async () => {
    const output = at('sample-merged');
    mkdirSync(join(output, 'journal'), { recursive: true });
    writeFileSync(join(output, 'journal', 'block-000099.bin'), 'of an earlier study');
    writeFileSync(join(output, 'notes.txt'), 'mine');
    const calls: [number, number][] = [];
    const names = ['sample-2', 'sample-0', 'sample-1'].map(at);
    const merged = await mergeShards(names, output, (done, all) => calls.push([done, all]));
    const { 'notes.txt': notes, ...files } = bytesOf(output);
    expect(notes).toBeDefined();
    expect(files).toEqual(bytesOf(at('sample-whole')));
    expect(merged).toEqual({ kind: 'predictions', manifest: manifestOf('sample-whole') });
    expect(calls).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
    // Linked, not copied.
    const [one, other] = [output, at('sample-0')].map((of) =>
      statSync(join(of, 'predictions-000000.parquet')),
    );
    expect(one!.ino).toBe(other!.ino);
    rmSync(join(output, 'predictions-000001.parquet'));
    await mergeShards(names, output);
    expect(bytesOf(output)).toEqual({ ...files, 'notes.txt': notes });
  });

  test('are copied where they cannot be linked: on another file system', async () => {
    const elsewhere = mkdtempSync('/dev/shm/jet-iqn-merge-');
    try {
      await mergeShards(ALL.map(at), elsewhere);
      expect(bytesOf(elsewhere)).toEqual(bytesOf(at('sample-whole')));
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('of which one is empty: more shards than blocks', async () => {
    const names = Array.from({ length: 5 }, (_, index) => `thin-${index}`);
    for (const [index, name] of names.entries())
      await runSample({ ...sample(), shard: { index, count: 5 }, outputDir: at(name) });
    expect(names.filter((name) => readdirSync(at(name)).length === 1)).toHaveLength(1);
    await mergeShards(names.map(at), at('of-thin'));
    expect(manifestOf('of-thin')).toEqual(manifestOf('sample-whole'));
  });
});

test('a study cut into 7 shards has the totals of a single run', async () => {
  const { totals } = await runStudyPass({ ...study, outputDir: at('single') });
  const names = Array.from({ length: 7 }, (_, index) => `cut-${index}`);
  for (const [index, name] of names.entries())
    await runStudyPass({ ...study, shard: { index, count: 7 }, outputDir: at(name), request: { cut: 7 } });
  const merged = await mergeShards(names.reverse().map(at), at('of-cut'));
  expect(merged).toMatchObject({ kind: 'study', request: { cut: 7 } });
  const resumed = await runStudyPass({ ...study, outputDir: at('of-cut'), resume: true });
  expect(resumed.throughput.predictions).toBe(0);
  expect(totalsBytes(resumed.totals!).equals(totalsBytes(totals!))).toBe(true);
});

describe('mergeShards refuses', () => {
  test('a gap, naming the jets', async () => {
    await expect(shards('sample-0', 'sample-2')).rejects.toThrow(
      /^no shard has the jets 12 to 23 of 40; give the folders of all shards$/,
    );
    await expect(shards('sample-1', 'sample-2')).rejects.toThrow('no shard has the jets 0 to 11 of 40');
    await expect(shards('study-0', 'study-1')).rejects.toThrow(/no shard has the jets \d+ to 2999 of 3000/);
  });

  test('the same shard twice, naming both', async () => {
    changed('sample-1', 'copy', () => {});
    await expect(shards('sample-0', 'sample-1', 'copy', 'sample-2')).rejects.toThrow(
      /copy: holds jets that .*sample-1/,
    );
  });

  test.each([
    ['another seed', { seed: 2 }, /other-seed: belongs to another job .*seed \(1, now 2\)/],
    [
      'another bundle',
      { sha256: 'f'.repeat(64) },
      /other-bundle: belongs to another job .*differs in bundle/,
    ],
  ])('%s, naming what differs', async (name, more, said) => {
    const other = name.replace('another ', 'other-');
    await runSample({ ...sample(more), shard: { index: 1, count: 3 }, outputDir: at(other) });
    await expect(shards('sample-0', other, 'sample-2')).rejects.toThrow(said);
    await expect(shards('sample-0', 'study-1')).rejects.toThrow(/study-1: belongs to another job .*keeps/);
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'a damaged file',
      (folder) => {
        const file = join(folder, 'predictions-000001.parquet');
        const bytes = readFileSync(file);
        bytes[100] ^= 1;
        rmSync(file);
        writeFileSync(file, bytes);
      },
      /predictions-000001\.parquet: is damaged \(its sha256 differs\)/,
    ],
    [
      'a file that is gone',
      (folder) => rmSync(join(folder, 'predictions-000001.parquet')),
      /000001\.parquet: is missing; make the shard again$/,
    ],
    [
      'a torn manifest',
      (folder) => writeFileSync(join(folder, '_manifest.json'), '{ "format"'),
      /_manifest\.json: is no manifest/,
    ],
    [
      'a manifest of something else',
      (folder) => writeFileSync(join(folder, '_manifest.json'), '{ "format": "other/1" }'),
      /is no finished shard of sample or study \(no _manifest\.json of one\); finish it with --resume$/,
    ],
    ['no manifest', (folder) => rmSync(join(folder, '_manifest.json')), /is no finished shard/],
  ])('%s, naming it', async (title, change, said) => {
    const name = title.replaceAll(' ', '-');
    changed('sample-1', name, change);
    await expect(shards('sample-0', name, 'sample-2')).rejects.toThrow(said);
  });

  test('a shard that lists fewer files than blocks, no shards, and a shard as the output', async () => {
    withManifest('sample-1', 'short', (manifest) => (manifest.files as unknown[]).pop());
    await expect(shards('sample-0', 'short', 'sample-2')).rejects.toThrow(
      'short: lists 0 files for 1 blocks; make it again',
    );
    await expect(shards()).rejects.toThrow('give the folders of all shards');
    await expect(allInto('sample-1')).rejects.toThrow(/sample-1/);
  });

  test('an output that another run works on; once refused, it is free again', async () => {
    mkdirSync(at('busy'));
    const unlock = lockFolder(at('busy'));
    await expect(allInto('busy')).rejects.toThrow(/busy/);
    unlock();
    await allInto('busy');
  });

  test('a folder with what another run has finished, and leaves it as it is', async () => {
    const studies = ['study-0', 'study-1', 'study-2'];
    await runSample({ ...sample({ seed: 3 }), outputDir: at('taken') });
    await mergeShards(studies.map(at), at('taken-by-study'));
    const refused = async (names: string[], output: string, what: RegExp) => {
      const before = bytesOf(at(output));
      await expect(mergeShards(names.map(at), at(output))).rejects.toThrow(what);
      expect(bytesOf(at(output))).toEqual(before);
    };
    await refused(ALL, 'taken', /taken: holds the manifest of another run, .*; choose another folder$/);
    await refused(studies, 'taken', /holds the manifest of another run/);
    await refused(ALL, 'taken-by-study', /holds the journal of another run/);
    rmSync(join(at('taken'), '_manifest.json'));
    await refused(ALL, 'taken', /holds predictions-000000\.parquet of another run/);
  });

  test('a disk that does not take the files, naming the folder', async () => {
    mkdirSync(join(at('blocked'), 'predictions-000000.parquet'), { recursive: true });
    await expect(allInto('blocked')).rejects.toThrow(/blocked/);
  });

  test.each<[string, string, (manifest: Json) => unknown]>([
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = '../../escaped.parquet')],
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = '_manifest.json')],
    ['sample-1', 'range.blocks.first', (m) => (((m.range as Json).blocks as Json).first = '/../../x')],
    ['sample-1', 'range.blocks', (m) => (((m.range as Json).blocks as Json).end = 0)],
    ['sample-1', 'job.jets', (m) => ((m.job as Json).jets = -1)],
    ['sample-1', 'job', (m) => delete m.job],
    ['sample-1', 'files', (m) => (m.files = 'all')],
    ['study-1', 'range.first', (m) => ((m.range as Json).first = '/../../x')],
    ['study-1', 'blocks.0', (m) => ((m.blocks as unknown[])[0] = 7)],
  ])('a manifest of %s with another %s, and writes nothing', async (shard, place, change) => {
    withManifest(shard, 'altered', change);
    await expect(mergeShards([at('altered')], at('untouched'))).rejects.toThrow(
      `_manifest.json: is damaged or altered (${place}: `,
    );
    expect(existsSync(at('untouched'))).toBe(false);
    rmSync(at('altered'), { recursive: true });
  });
});
