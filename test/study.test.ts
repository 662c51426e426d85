import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { InputError, InterruptedError } from '../src/errors.js';
import { TASKS } from '../src/model/tasks.js';
import { study, studyShard } from '../src/study.js';
import { jointEngine } from './joint-engine.js';
import { makeReferenceJets } from './reference-detector.js';
import { referenceEngine } from './reference-engine.js';
import { referenceCard } from './studies/reference-card.js';
import { withoutPictures } from './without-pictures.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-run-study-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const engine = referenceEngine();
const bundleOf = (task: (typeof TASKS)[number]) => ({ source: 'nowhere', card: referenceCard(task) });

test.each(TASKS)('%s: the same report for any number of threads, but for throughput', async (task) => {
  const table = makeReferenceJets(1000, 4, task);
  const [one, two] = await Promise.all(
    [1, 2].map(async (threads) => {
      const report = await study(bundleOf(task), table, { engine, samples: 200, threads });
      expect(report.throughput.threads).toBe(threads);
      expect(report.verdict.passed).toBe(true);
      return JSON.stringify({ ...report, throughput: null });
    }),
  );
  expect(two).toBe(one);
});

test('leaves the report, the page, nine figures with their numbers and as pictures, and no journal', async () => {
  const outputDir = join(root, 'files');
  const table = makeReferenceJets(500, 4);
  const report = await study(bundleOf('simulation'), table, { engine, samples: 20, threads: 1, outputDir });
  expect(JSON.parse(readFileSync(join(outputDir, 'report.json'), 'utf8'))).toEqual(report);
  expect(readdirSync(outputDir).sort()).toEqual(['figures', 'histograms.json', 'report.html', 'report.json']);
  expect(readdirSync(join(outputDir, 'figures'))).toHaveLength(27);
  withoutPictures();
});

test('without a folder nothing but the report is left, and it is the same', async () => {
  const table = makeReferenceJets(500, 4);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = mkdtempSync(join(root, 'tmp-'));
  try {
    const report = await study(bundleOf('simulation'), table, { engine, samples: 20, threads: 1 });
    expect(readdirSync(process.env.TMPDIR)).toEqual([]);
    const kept: unknown = JSON.parse(readFileSync(join(root, 'files', 'report.json'), 'utf8'));
    expect({ ...report, throughput: null }).toEqual({ ...(kept as object), throughput: null });
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});

test('missing columns are named, before anything is written', async () => {
  const { source, rows, columns } = makeReferenceJets(10, 1);
  const { gen_phi: _, ...rest } = columns;
  const outputDir = join(root, 'refused');
  for (const task of TASKS) {
    const refused = study(bundleOf(task), { source, rows, columns: rest }, { engine, outputDir });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow('has no gen_phi');
  }
  expect(existsSync(outputDir)).toBe(false);
});

test('an interrupted study goes on where it stopped and ends with the same report', async () => {
  const table = makeReferenceJets(4000, 4);
  const outputDir = join(root, 'interrupted');
  const whole = await study(bundleOf('simulation'), table, { engine, samples: 300, threads: 1 });
  const controller = new AbortController();
  const stopped = study(bundleOf('simulation'), table, {
    engine,
    samples: 300,
    threads: 1,
    outputDir,
    signal: controller.signal,
    onProgress: (done) => {
      if (done > 0) controller.abort();
    },
  });
  await expect(stopped).rejects.toThrow(InterruptedError);
  expect(existsSync(join(outputDir, 'report.json'))).toBe(false);
  const resumed = await study(bundleOf('simulation'), table, {
    engine,
    samples: 300,
    threads: 2,
    outputDir,
    resume: true,
  });
  expect({ ...resumed, throughput: null }).toEqual({ ...whole, throughput: null });
});

test('an interrupted study leaves the report of an earlier one', async () => {
  const outputDir = join(root, 'earlier-report');
  mkdirSync(outputDir);
  writeFileSync(join(outputDir, 'report.json'), 'an earlier report');
  const controller = new AbortController();
  const stopped = study(bundleOf('simulation'), makeReferenceJets(4000, 4), {
    engine,
    samples: 100,
    threads: 1,
    outputDir,
    overwrite: true,
    signal: controller.signal,
    onProgress: (done) => done > 0 && controller.abort(),
  });
  await expect(stopped).rejects.toThrow(InterruptedError);
  expect(readFileSync(join(outputDir, 'report.json'), 'utf8')).toBe('an earlier report');
});

test('the joint tests come before the samples, and end at once when they are interrupted', async () => {
  const controller = new AbortController();
  const told: string[] = [];
  const foreseen: number[] = [];
  const options = {
    engine: jointEngine(),
    samples: 20,
    threads: 1,
    onJoint: () => told.push('joint'),
    onProgress: (_done: number, _all: number, after: number) => {
      told.push('samples');
      foreseen.push(after);
    },
    onFigure: (figures: number) => told.push(`figure ${figures}`),
    outputDir: join(root, 'told'),
  };
  await study(bundleOf('simulation'), makeReferenceJets(100, 4), options);
  expect(told[0]).toBe('joint');
  expect(told.indexOf('samples')).toBe(told.lastIndexOf('joint') + 1);
  expect(Math.min(...foreseen)).toBeGreaterThan(0);
  expect(told.indexOf('figure 0')).toBe(told.lastIndexOf('samples') + 1);
  told.length = 0;
  const stopped = study(bundleOf('simulation'), makeReferenceJets(1000, 4), {
    ...options,
    overwrite: true,
    signal: controller.signal,
    onJoint: () => {
      told.push('joint');
      controller.abort();
    },
  });
  await expect(stopped).rejects.toThrow(InterruptedError);
  expect(told.filter((what) => what === 'joint')).toHaveLength(1);
});

test('a shard leaves a manifest and no report', async () => {
  const outputDir = join(root, 'shard');
  await studyShard(bundleOf('simulation'), makeReferenceJets(8000, 4), {
    engine,
    samples: 100,
    threads: 1,
    outputDir,
    shard: { index: 1, count: 3 },
    request: { command: 'study' },
  });
  expect(JSON.parse(readFileSync(join(outputDir, '_manifest.json'), 'utf8'))).toMatchObject({
    shard: { index: 1, count: 3 },
    request: { command: 'study' },
  });
  expect(existsSync(join(outputDir, 'report.json'))).toBe(false);
});
