/** Runs that something happens to, and the check that all of them share: resumed, they end as an unbroken run does. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect } from '@jest/globals';
import type { ChildRun } from './run-child.js';
import { type ChildEnd, type StartOptions, startChild } from './start-child.js';

/** A study and a sample of four blocks each. */
export const RUNS = [
  ['study', { kind: 'study', jets: 3000, samples: 300 }],
  ['sample', { kind: 'sample', jets: 40, samples: 20_000 }],
] as const;
/** pt of a jet in the third block of each. */
export const THIRD_BLOCK = { study: 20.25 + 2345 / 4, sample: 20.25 + 30 / 4 } as const;
/** Options of an engine that takes about a second for a block of each. */
export const SLOW = { study: { delay: 15 }, sample: { delay: 150 } } as const;

/** @returns the path of `name` in a folder that each test has for itself. */
export function testFolder(): (name: string) => string {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jet-iqn-fault-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/** One line on stderr that ends in what to do, no stack trace. */
export function expectLine({ stderr }: ChildEnd, pattern: RegExp): void {
  expect(stderr).toMatch(pattern);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}

/**
 * Resumes a run without what went wrong with it, and compares every byte that it leaves with an unbroken run's.
 *
 * @param where the run's output folder as this process sees it, where the child sees it elsewhere.
 */
export async function expectResumes(
  run: ChildRun,
  options: StartOptions = {},
  where = run.outputDir,
): Promise<void> {
  const { engine: _, ...rest } = run;
  const { result, bytes } = await unbroken(run);
  const resumed = await startChild({ ...rest, resume: true }, options).ended;
  expect(resumed).toMatchObject({ code: 0, stderr: '', result });
  expect(bytesOf(where)).toEqual(bytes);
}

interface Unbroken {
  readonly result: string;
  readonly bytes: Readonly<Record<string, string>>;
}
const made = new Map<string, Promise<Unbroken>>();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What the same run makes where nothing happens; made once for each. */
export function unbroken({ kind, jets, samples, input }: ChildRun): Promise<Unbroken> {
  const run = { kind, jets, samples, ...(input !== undefined && { input }) };
  const key = JSON.stringify(run);
  const known = made.get(key) ?? makeUnbroken(run);
  made.set(key, known);
  return known;
}

async function makeUnbroken(run: Omit<ChildRun, 'outputDir'>): Promise<Unbroken> {
  const outputDir = mkdtempSync(join(tmpdir(), 'jet-iqn-unbroken-'));
  folders.push(outputDir);
  const end = await startChild({ ...run, outputDir }).ended;
  expect(end).toMatchObject({ code: 0, stderr: '' });
  return { result: end.result!, bytes: bytesOf(outputDir) };
}

/** sha256 of every file below a folder, hidden ones and the journal included. */
export function bytesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

/** Names of what a run has finished so far. */
export function finishedBlocks(outputDir: string): string[] {
  return readdirSync(join(outputDir, 'journal')).filter((name) => /^block-\d+\.(bin|json)$/.test(name));
}

/** Waits until a run has finished a block, or has ended. */
export async function firstBlock(outputDir: string, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && !hasBlock(outputDir)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function hasBlock(outputDir: string): boolean {
  try {
    return finishedBlocks(outputDir).length > 0;
  } catch {
    return false;
  }
}

/** A module loaded before the run, in its workers too: an argument of node. */
export const preload = (code: string) => ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
