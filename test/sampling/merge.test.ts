import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
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
import { totalsBytes } from './totals-bytes.js';

type Json = Record<string, unknown>;

let folder: string;
/** The totals of a single run. */
let whole: Buffer;
const at = (name: string) => join(folder, name);
const engine = { ...closedFormEngine(), task: 'simulation' } as const;
const study = (seed = 1) =>
  ({
    engine,
    table: someJets(3000),
    task: 'simulation',
    samples: 300,
    seed,
    threads: 1,
    edges: SOME_EDGES,
  }) as const;
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
  const single = await runStudyPass({ ...study(), outputDir: at('single') });
  whole = totalsBytes(single.totals!);
  for (const index of [0, 1, 2]) {
    const shard = { index, count: 3 };
    await runSample({ ...sample(), shard, outputDir: at(`sample-${index}`) });
    await runStudyPass({ ...study(), shard, outputDir: at(`study-${index}`), request: { jets: 'some' } });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shards = (...names: string[]) => mergeShards(names.map(at), at('merged'));

describe('shards of predictions', () => {
  const contents = (name: string) =>
    readdirSync(at(name))
      .filter((file) => file.endsWith('.parquet'))
      .sort();
  const manifestOf = (name: string) =>
    JSON.parse(readFileSync(join(at(name), '_manifest.json'), 'utf8')) as Json;

  const sameBytes = (a: string, b: string) => readFileSync(a).equals(readFileSync(b));

  test('make the files and the manifest of a single run; what others have begun goes, and the rest stays', async () => {
    await runSample({ ...sample(), outputDir: at('sample-whole') });
    mkdirSync(join(at('sample-merged'), 'journal'), { recursive: true });
    writeFileSync(join(at('sample-merged'), 'journal', 'block-000099.bin'), 'of an earlier study');
    writeFileSync(join(at('sample-merged'), 'predictions-000099.parquet.tmp'), 'of an earlier run');
    writeFileSync(join(at('sample-merged'), 'notes.txt'), 'mine');
    const calls: [number, number][] = [];
    const merged = await mergeShards(
      ['sample-2', 'sample-0', 'sample-1'].map(at),
      at('sample-merged'),
      (done, all) => calls.push([done, all]),
    );
    const files = contents('sample-whole');
    expect(files.length).toBeGreaterThan(2);
    expect(contents('sample-merged')).toEqual(files);
    for (const file of files)
      expect(sameBytes(join(at('sample-merged'), file), join(at('sample-whole'), file))).toBe(true);
    expect(manifestOf('sample-merged')).toEqual(manifestOf('sample-whole'));
    expect(merged).toEqual({ kind: 'predictions', manifest: manifestOf('sample-whole') });
    expect(calls).toEqual(files.map((_, i) => [i + 1, files.length]));
    expect(existsSync(join(at('sample-merged'), 'journal'))).toBe(false);
    expect(readFileSync(join(at('sample-merged'), 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('are linked, not copied, where they can be', async () => {
    await mergeShards(['sample-0', 'sample-1', 'sample-2'].map(at), at('sample-linked'));
    const [file] = contents('sample-0');
    expect(statSync(join(at('sample-linked'), file!)).ino).toBe(statSync(join(at('sample-0'), file!)).ino);
  });

  test('are copied where they cannot be linked', async () => {
    // On another file system.
    const elsewhere = mkdtempSync('/dev/shm/jet-iqn-merge-');
    try {
      await mergeShards(['sample-0', 'sample-1', 'sample-2'].map(at), elsewhere);
      const [file] = contents('sample-0');
      expect(sameBytes(join(elsewhere, file!), join(at('sample-0'), file!))).toBe(true);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('end what the same merge had begun, and take over a folder of an earlier version', async () => {
    const all = ['sample-0', 'sample-1', 'sample-2'].map(at);
    for (const [shard] of all.entries()) cpSync(all[shard]!, at(`old-${shard}`), { recursive: true });
    for (const shard of ['old-0', 'old-1', 'old-2'])
      renameSync(join(at(shard), '_manifest.json'), join(at(shard), 'manifest.json'));
    await mergeShards(['old-0', 'old-1', 'old-2'].map(at), at('begun'));
    renameSync(join(at('begun'), '_manifest.json'), join(at('begun'), 'manifest.json'));
    rmSync(join(at('begun'), contents('begun')[1]!));
    await mergeShards(all, at('begun'));
    expect(readdirSync(at('begun')).sort()).toEqual(['_manifest.json', ...contents('sample-whole')]);
    expect(manifestOf('begun')).toEqual(manifestOf('sample-whole'));
  });

  test('of which one is empty: more shards than blocks', async () => {
    const names = Array.from({ length: 5 }, (_, index) => `thin-${index}`);
    for (const [index, name] of names.entries())
      await runSample({ ...sample(), shard: { index, count: 5 }, outputDir: at(name) });
    expect(names.filter((name) => contents(name).length === 0)).toHaveLength(1);
    await mergeShards(names.map(at), at('of-thin'));
    expect(manifestOf('of-thin')).toEqual(manifestOf('sample-whole'));
  });
});

describe('a study cut anyhow', () => {
  test.each([2, 7])('into %i shards has the totals of a single run', async (count) => {
    const names = Array.from({ length: count }, (_, index) => `cut-${count}-${index}`);
    for (const [index, name] of names.entries())
      await runStudyPass({ ...study(), shard: { index, count }, outputDir: at(name), request: { count } });
    expect(await mergeShards(names.reverse().map(at), at(`merged-${count}`))).toMatchObject({
      kind: 'study',
      request: { count },
    });
    const merged = await runStudyPass({ ...study(), outputDir: at(`merged-${count}`), resume: true });
    expect(merged.throughput.predictions).toBe(0);
    expect(totalsBytes(merged.totals!).equals(whole)).toBe(true);
  });
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
    cpSync(at('sample-1'), at('copy'), { recursive: true });
    await expect(shards('sample-0', 'sample-1', 'copy', 'sample-2')).rejects.toThrow(
      /copy: holds jets that .*sample-1/,
    );
  });

  test('another job, naming what differs', async () => {
    await runSample({ ...sample({ seed: 2 }), shard: { index: 1, count: 3 }, outputDir: at('seed-2') });
    await expect(shards('sample-0', 'seed-2', 'sample-2')).rejects.toThrow(
      /seed-2: belongs to another job .*seed \(1, now 2\)/,
    );
    await runSample({
      ...sample({ sha256: 'f'.repeat(64) }),
      shard: { index: 1, count: 3 },
      outputDir: at('bundle'),
    });
    await expect(shards('sample-0', 'bundle', 'sample-2')).rejects.toThrow(
      /bundle: belongs to another job .*differs in bundle/,
    );
    await expect(shards('sample-0', 'study-1')).rejects.toThrow(/study-1: belongs to another job .*keeps/);
  });

  test('a damaged file, naming it', async () => {
    cpSync(at('sample-1'), at('damaged'), { recursive: true });
    const file = join(at('damaged'), 'predictions-000001.parquet');
    const bytes = readFileSync(file);
    bytes[100] ^= 1;
    writeFileSync(file, bytes);
    await expect(shards('sample-0', 'damaged', 'sample-2')).rejects.toThrow(
      /damaged\/predictions-000001\.parquet: is damaged \(its sha256 differs\)/,
    );
    rmSync(file);
    await expect(shards('sample-0', 'damaged', 'sample-2')).rejects.toThrow(
      /000001\.parquet: is missing; make the shard again$/,
    );
  });

  test('what is no shard, a torn manifest, and a shard as the output', async () => {
    await expect(shards('nowhere')).rejects.toThrow(/nowhere: is no finished shard/);
    cpSync(at('sample-1'), at('torn'), { recursive: true });
    writeFileSync(join(at('torn'), '_manifest.json'), '{ "format"');
    await expect(shards('torn')).rejects.toThrow(/torn\/_manifest\.json: is no manifest/);
    const all = ['sample-0', 'sample-1', 'sample-2'].map(at);
    await expect(mergeShards(all, at('sample-1'))).rejects.toThrow(/sample-1 is one of the shards/);
    await expect(mergeShards([], at('merged'))).rejects.toThrow('give the folders of all shards');
  });

  test('a shard that lists fewer files than blocks', async () => {
    cpSync(at('sample-1'), at('short'), { recursive: true });
    const path = join(at('short'), '_manifest.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { files: unknown[] };
    const count = manifest.files.length;
    manifest.files.pop();
    writeFileSync(path, JSON.stringify(manifest));
    await expect(shards('sample-0', 'short', 'sample-2')).rejects.toThrow(
      `short: lists ${count - 1} files for ${count} blocks; make it again`,
    );
  });

  test('a manifest of something else', async () => {
    mkdirSync(at('other'));
    for (const text of ['{ "format": "other/1" }', '{}']) {
      writeFileSync(join(at('other'), '_manifest.json'), text);
      await expect(shards('other')).rejects.toThrow(
        /other: is no finished shard of sample or study \(no _manifest\.json of one\); finish it with --resume$/,
      );
    }
  });

  test('an output that another run works on; once refused, it is free again', async () => {
    const all = ['sample-0', 'sample-1', 'sample-2'].map(at);
    mkdirSync(at('busy'));
    const unlock = lockFolder(at('busy'));
    await expect(mergeShards(all, at('busy'))).rejects.toThrow(/busy/);
    unlock();
    await mergeShards(all, at('busy'));
    await mergeShards(all, at('busy'));
  });

  test('a folder with what another run has finished, and leaves it as it is', async () => {
    const all = ['sample-0', 'sample-1', 'sample-2'].map(at);
    const study = ['study-0', 'study-1', 'study-2'].map(at);
    await runSample({ ...sample({ seed: 3 }), outputDir: at('taken') });
    await mergeShards(study, at('taken-by-study'));
    const files = (name: string) =>
      readdirSync(at(name), { recursive: true, encoding: 'utf8' })
        .filter((file) => statSync(join(at(name), file)).isFile())
        .map((file) => [file, readFileSync(join(at(name), file), 'latin1')]);
    const refused = async (shards: string[], name: string, what: RegExp) => {
      const before = files(name);
      await expect(mergeShards(shards, at(name))).rejects.toThrow(what);
      expect(files(name)).toEqual(before);
    };
    await refused(all, 'taken', /taken: holds the manifest of another run, .*; choose another folder$/);
    await refused(study, 'taken', /holds the manifest of another run/);
    await refused(all, 'taken-by-study', /holds the journal of another run/);
    rmSync(join(at('taken'), '_manifest.json'));
    await refused(all, 'taken', /holds predictions-000000\.parquet of another run/);
    await refused(study, 'taken', /holds predictions-000000\.parquet of another run/);
  });

  test('a disk that does not take the files, naming the folder', async () => {
    // Where a folder of the journal should be, a file.
    mkdirSync(at('blocked'));
    mkdirSync(join(at('blocked'), 'predictions-000000.parquet'));
    const merging = mergeShards(['sample-0', 'sample-1', 'sample-2'].map(at), at('blocked'));
    await expect(merging).rejects.toThrow(/blocked/);
  });

  test.each([
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = '../../escaped.parquet')],
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = '..')],
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = '_manifest.json')],
    ['sample-1', 'range.blocks.first', (m) => (((m.range as Json).blocks as Json).first = '/../../x')],
    ['sample-1', 'range.blocks', (m) => (((m.range as Json).blocks as Json).end = 0)],
    ['sample-1', 'job.jets', (m) => ((m.job as Json).jets = -1)],
    ['sample-1', 'job', (m) => delete m.job],
    ['sample-1', 'files', (m) => (m.files = 'all')],
    ['study-1', 'range.first', (m) => ((m.range as Json).first = '/../../x')],
    ['study-1', 'blocks.0', (m) => ((m.blocks as unknown[])[0] = 7)],
  ] as [string, string, (manifest: Json) => unknown][])(
    'a manifest of %s with another %s, and writes nothing',
    async (shard, place, change) => {
      cpSync(at(shard), at('altered'), { recursive: true });
      const path = join(at('altered'), '_manifest.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as Json;
      change(manifest);
      writeFileSync(path, JSON.stringify(manifest));
      const merging = mergeShards([at('altered')], at('untouched'));
      await expect(merging).rejects.toThrow(`_manifest.json: is damaged or altered (${place}: `);
      expect(existsSync(at('untouched'))).toBe(false);
      rmSync(at('altered'), { recursive: true });
    },
  );
});
