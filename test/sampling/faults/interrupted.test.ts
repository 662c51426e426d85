/** Ctrl-C, once and twice, and what else may change while a run is under way. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { expectLine, expectResumes, finishedBlocks, RUNS, SLOW, testFolder, unbroken } from './fault-runs.js';
import { startChild } from './start-child.js';

const at = testFolder();
const FINISHING = 'Warning: interrupted, finishing the blocks under way; a second time ends at once\n';

describe.each(RUNS)('a %s', (kind, job) => {
  const run = () => ({ ...job, outputDir: at('out'), engine: SLOW[kind] });

  test('finishes the blocks under way and exits with 130', async () => {
    const child = startChild(run());
    await child.running;
    child.process.kill('SIGINT');
    const end = await child.ended;
    expect(end.code).toBe(130);
    expect(end.stderr).toMatch(/^interrupted; finished blocks are kept, .*--resume.*\n$/m);
    expect(end.stderr.replace(/^interrupted; .*\n/m, '')).toBe(FINISHING);
    // Two threads: the blocks that they had begun, and no others.
    expect(finishedBlocks(at('out'))).toHaveLength(2);
    await expectResumes(run());
  });
});

describe('a study', () => {
  const [[kind, job]] = RUNS;
  const run = () => ({ ...job, outputDir: at('out'), engine: SLOW[kind] });

  test('ends at once at a second SIGINT', async () => {
    const child = startChild({ ...run(), engine: { delay: 60_000 } });
    await child.running;
    child.process.kill('SIGINT');
    await new Promise<void>((resolve) => child.process.stderr!.on('data', () => resolve()));
    child.process.kill('SIGINT');
    // A shell calls this 130.
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGINT', stderr: FINISHING });
    expect(finishedBlocks(at('out'))).toEqual([]);
    await expectResumes(run());
  });

  test('tells that its input changed, and can be resumed with the first one', async () => {
    const input = at('jets.parquet');
    writeFileSync(input, 'first');
    const expected = await unbroken({ ...run(), input });
    const child = startChild({ ...run(), input });
    await child.running;
    writeFileSync(input, 'second');
    const end = await child.ended;
    expect(end.code).toBe(1);
    expectLine(end, /jets\.parquet: changed during the run, .*put that back and add --resume/);
    const other = await startChild({ ...run(), input, resume: true }).ended;
    expect(other.code).toBe(2);
    expectLine(other, /cannot resume, this run differs in input file \(sha256 /);
    writeFileSync(input, 'first');
    const resumed = await startChild({ ...run(), input, resume: true }).ended;
    expect(resumed).toMatchObject({ code: 0, stderr: '', result: expected.result });
  });
});
