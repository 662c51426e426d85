import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InterruptedError, UsageError } from '../../src/errors.js';
import { refuseEarlierRun } from '../../src/sampling/earlier-run.js';
import { predictionContents } from '../../src/sampling/prediction-files.js';
import type { RunOptions } from '../../src/sampling/run-blocks.js';
import { runSample } from '../../src/sampling/run-sample.js';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from './closed-form-engine.js';
import { bytesOf, SLOW } from './faults/fault-runs.js';

let outputDir: string;
beforeEach(() => {
  outputDir = mkdtempSync(join(tmpdir(), 'jet-iqn-earlier-'));
});
afterEach(() => rmSync(outputDir, { recursive: true, force: true }));

const options = (more: Partial<RunOptions> = {}): RunOptions => ({
  engine: { ...closedFormEngine(), task: 'simulation' },
  table: someJets(60),
  samples: 20_000,
  seed: 5,
  threads: 1,
  outputDir,
  ...more,
});
const sample = (more: Partial<RunOptions> = {}) =>
  runSample({ ...options(more), contents: predictionContents({ columns: ['pt'] }) });
const study = (more: Partial<RunOptions> = {}) =>
  runStudyPass({
    ...options({ table: someJets(4000), samples: 300, ...more }),
    task: 'simulation',
    edges: SOME_EDGES,
  });
const RUNS = [
  ['sample', sample],
  ['study', study],
] as const;

/** Stops a run of a slow engine at its first word of progress: then the block under way is finished. */
async function interrupt(kind: keyof typeof SLOW, run: typeof sample | typeof study): Promise<void> {
  const engine = { ...closedFormEngine(SLOW[kind]), task: 'simulation' as const };
  const controller = new AbortController();
  const onProgress = (done: number) => {
    if (done > 0) controller.abort();
  };
  await expect(run({ engine, signal: controller.signal, onProgress })).rejects.toThrow(InterruptedError);
}

/** The run is refused with what stands there, and no byte of the folder is another one afterwards. */
async function expectRefused(run: Promise<unknown>, found: RegExp): Promise<void> {
  const before = bytesOf(outputDir);
  const error = await run.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect(error!.message).toMatch(found);
  expect(error!.message).toMatch(
    /--resume goes on with it, --overwrite deletes it, or choose another folder$/,
  );
  expect(bytesOf(outputDir)).toEqual(before);
}

test.each(RUNS)('an interrupted %s is refused by any new run; overwrite deletes it', async (kind, run) => {
  await interrupt(kind, run);
  for (const [, other] of RUNS)
    await expectRefused(other({ seed: 6 }), /holds \d finished blocks? of an earlier run/);
  const { throughput } = await run({ seed: 6, overwrite: true });
  expect(throughput.predictions).toBe(1_200_000);
});

test('finished predictions are refused, stay beside a study, and all go where overwrite is asked for', async () => {
  const short = { table: someJets(6), samples: 3 };
  await sample();
  const found = /holds 5 files of predictions of an earlier run/;
  await expectRefused(sample(short), found);
  await expectRefused(study({ shard: { index: 0, count: 2 } }), found);
  const before = bytesOf(outputDir);
  await study();
  expect(bytesOf(outputDir)).toMatchObject(before);
  await sample({ ...short, overwrite: true });
  expect(Object.keys(bytesOf(outputDir))).toEqual(['_manifest.json', 'predictions-000000.parquet']);
});

test('a finished shard of a study is refused', async () => {
  await study({ shard: { index: 0, count: 2 } });
  await expectRefused(study({ shard: { index: 1, count: 2 } }), /holds \d finished blocks/);
});

test('a report, a journal without blocks and what a killed run had begun are no finished work', () => {
  mkdirSync(join(outputDir, 'journal'));
  for (const name of ['report.json', 'journal/job.json', '.unfinished-9-predictions-000000.parquet'])
    writeFileSync(join(outputDir, name), 'x');
  expect(() => refuseEarlierRun(outputDir, true)).not.toThrow();
  expect(() => refuseEarlierRun(join(outputDir, 'nowhere'), true)).not.toThrow();
});

test('resume and overwrite contradict', async () => {
  await expect(sample({ resume: true, overwrite: true })).rejects.toThrow(UsageError);
});
