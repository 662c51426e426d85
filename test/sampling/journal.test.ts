import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { InputError, UsageError } from '../../src/errors.js';
import { unfinishedPath } from '../../src/files/durable-file.js';
import type { Job } from '../../src/sampling/job.js';
import {
  blockPath,
  jobMark,
  openJournal,
  readJob,
  recordPath,
  removeJournal,
} from '../../src/sampling/journal.js';
import { SOME_JOB } from './some-job.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let output: string;
beforeEach(() => {
  output = mkdtempSync(join(root, 'output-'));
});

const inside = () => readdirSync(join(output, 'journal')).sort();

test('a new journal holds only its job, and goes when all is made of it', () => {
  const { folder, mark } = openJournal(output, SOME_JOB, false);
  expect(folder).toBe(join(output, 'journal'));
  expect(inside()).toEqual(['job.json']);
  expect(readJob(folder)).toEqual(SOME_JOB);
  expect(mark).toBe(jobMark(SOME_JOB));
  removeJournal(output);
  expect(readdirSync(output)).toEqual([]);
});

test('resumed, it keeps finished blocks and clears what was half written; without, it clears all', () => {
  const { folder } = openJournal(output, SOME_JOB, false);
  for (const path of [blockPath(folder, 3), recordPath(folder, 4), unfinishedPath(join(folder, 'x'))])
    writeFileSync(path, 'x');
  openJournal(output, { ...SOME_JOB, input: { ...SOME_JOB.input, name: 'moved.parquet' } }, true);
  expect(inside()).toEqual(['block-000003.bin', 'block-000004.json', 'job.json']);
  openJournal(output, SOME_JOB, false);
  expect(inside()).toEqual(['job.json']);
});

test('another job is refused, and its blocks stay', () => {
  const { folder } = openJournal(output, SOME_JOB, false);
  writeFileSync(blockPath(folder, 3), 'x');
  const other = {
    ...SOME_JOB,
    input: { ...SOME_JOB.input, part: { name: 'test' as const, seed: 1 } },
    jets: 20,
  };
  expect(() => openJournal(output, other, true)).toThrow(UsageError);
  expect(() => openJournal(output, other, true)).toThrow(
    /cannot resume, this run differs in number of jets \(100, now 20\), part of the input \(none, now .*\);/,
  );
  expect(inside()).toContain('block-000003.bin');
});

test('blocks are marked by all that decides their bytes, and by no name', () => {
  const renamed = {
    ...SOME_JOB,
    bundle: { ...SOME_JOB.bundle, name: 'z' },
    input: { ...SOME_JOB.input, name: 'z' },
  };
  expect(jobMark(renamed)).toBe(jobMark(SOME_JOB));
  const others: Job[] = [
    { ...SOME_JOB, seed: 2 },
    { ...SOME_JOB, engine: 'wasm' },
    { ...SOME_JOB, input: { ...SOME_JOB.input, part: { name: 'test', seed: 1 } } },
    { ...SOME_JOB, bundle: { ...SOME_JOB.bundle, sha256: 'c'.repeat(64) } },
  ];
  expect(new Set([SOME_JOB, ...others].map(jobMark)).size).toBe(others.length + 1);
});

test('a damaged job is told by its path; without one, blocks are nobody’s and the journal is begun again', () => {
  const { folder } = openJournal(output, SOME_JOB, false);
  const job = join(folder, 'job.json');
  writeFileSync(job, '{"format":');
  expect(() => readJob(folder)).toThrow(InputError);
  expect(() => readJob(folder)).toThrow(`${job}: is damaged`);
  writeFileSync(blockPath(folder, 0), 'x');
  rmSync(job);
  expect(readJob(folder)).toBeUndefined();
  openJournal(output, SOME_JOB, true);
  expect(inside()).toEqual(['job.json']);
});
