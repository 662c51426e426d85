import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mergeShards } from '../../src/sampling/merge.js';
import { predictionContents } from '../../src/sampling/predictions/prediction-files.js';
import { runSample } from '../../src/sampling/predictions/run-sample.js';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from './closed-form-engine.js';
import { totalsBytes } from './totals-bytes.js';

type Json = Record<string, unknown>;

let folder: string;
const at = (name: string) => join(folder, name);
const engine = { ...closedFormEngine(), task: 'simulation' } as const;
const study = (seed = 1) =>
  ({
    engine,
    table: someJets(4000),
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
  for (const index of [0, 1, 2]) {
    const shard = { index, count: 3 };
    await runSample({ ...sample(), shard, outputDir: at(`sample-${index}`) });
    await runStudyPass({ ...study(), shard, outputDir: at(`study-${index}`), request: { jets: 'some' } });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shards = (...names: string[]) => mergeShards(names.map(at), at('merged'));

describe('shards of a study', () => {
  test('make the totals of a single run', async () => {
    expect(await shards('study-2', 'study-0', 'study-1')).toMatchObject({
      kind: 'study',
      request: { jets: 'some' },
    });
    const merged = await runStudyPass({ ...study(), outputDir: at('merged'), resume: true });
    const single = await runStudyPass({ ...study(), outputDir: at('single') });
    expect(merged.throughput.predictions).toBe(0);
    expect(totalsBytes(merged.totals!).equals(totalsBytes(single.totals!))).toBe(true);
  });
});

describe('a study cut anyhow', () => {
  test.each([1, 2, 7])('into %i shards has the totals of a single run', async (count) => {
    const names = Array.from({ length: count }, (_, index) => `cut-${count}-${index}`);
    for (const [index, name] of names.entries())
      await runStudyPass({ ...study(), shard: { index, count }, outputDir: at(name) });
    await mergeShards(names.reverse().map(at), at(`merged-${count}`));
    const merged = await runStudyPass({ ...study(), outputDir: at(`merged-${count}`), resume: true });
    const single = await runStudyPass({ ...study(), outputDir: at('whole') });
    expect(totalsBytes(merged.totals!).equals(totalsBytes(single.totals!))).toBe(true);
  });
});

describe('mergeShards refuses', () => {
  test('a gap, naming the jets', async () => {
    await expect(shards('sample-0', 'sample-2')).rejects.toThrow('no shard has the jets 12 to 23 of 40');
    await expect(shards('sample-1', 'sample-2')).rejects.toThrow('no shard has the jets 0 to 11 of 40');
    await expect(shards('study-0', 'study-1')).rejects.toThrow(/no shard has the jets \d+ to 3999 of 4000/);
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
    await expect(shards('sample-0', 'damaged', 'sample-2')).rejects.toThrow(/000001\.parquet: is missing/);
  });

  test('what is no shard, a torn manifest, and a shard as the output', async () => {
    await expect(shards('nowhere')).rejects.toThrow(/nowhere: is no finished shard/);
    cpSync(at('sample-1'), at('torn'), { recursive: true });
    writeFileSync(join(at('torn'), 'manifest.json'), '{ "format"');
    await expect(shards('torn')).rejects.toThrow(/torn\/manifest\.json: is no manifest/);
    const all = ['sample-0', 'sample-1', 'sample-2'].map(at);
    await expect(mergeShards(all, at('sample-1'))).rejects.toThrow(/sample-1 is one of the shards/);
    await expect(mergeShards([], at('merged'))).rejects.toThrow('give the folders of all shards');
  });

  test.each([
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = '../../escaped.parquet')],
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = '..')],
    ['sample-1', 'files.0.name', (m) => ((m.files as Json[])[0].name = 'manifest.json')],
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
      const path = join(at('altered'), 'manifest.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as Json;
      change(manifest);
      writeFileSync(path, JSON.stringify(manifest));
      const merging = mergeShards([at('altered')], at('untouched'));
      await expect(merging).rejects.toThrow(`manifest.json: is damaged or altered (${place}: `);
      expect(existsSync(at('untouched'))).toBe(false);
      rmSync(at('altered'), { recursive: true });
    },
  );
});
