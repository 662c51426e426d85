/** A worker that fails: one clear line, exit code 1, and a folder to resume from. */
import { describe, expect, test } from '@jest/globals';
import { expectLine, expectResumes, finishedBlocks, RUNS, THIRD_BLOCK, testFolder } from './fault-runs.js';
import { startWithin } from './memory-limit.js';
import { startChild } from './start-child.js';

const at = testFolder();

describe.each(RUNS)('in a %s, a worker', (kind, job) => {
  const run = (fault: 'throw' | 'exit' | 'nan' | 'heap' | 'memory') =>
    ({ ...job, outputDir: at('out'), engine: { fault: { at: THIRD_BLOCK[kind], kind: fault } } }) as const;

  test.each([
    ['throws', 'throw', /jets \d+ to \d+: the engine gives up; .*--resume/],
    ['ends', 'exit', /jets \d+ to \d+: its worker died: .*--resume/],
    ['predicts NaN', 'nan', /^the model predicts NaN for a jet of rows \d+ to \d+; .*--resume/],
  ] as const)('that %s', async (_, fault, line) => {
    const end = await startChild(run(fault)).ended;
    expect(end.code).toBe(1);
    expectLine(end, line);
    expect(finishedBlocks(at('out'))).not.toEqual([]);
    await expectResumes(run(fault));
  });

  // One kind is enough for the other ways in which a worker dies.
  if (kind === 'sample') return;

  test('that runs out of its heap', async () => {
    const end = await startChild(run('heap'), { nodeArguments: ['--max-old-space-size=60'] }).ended;
    expect(end.code).toBe(1);
    expectLine(end, /its worker died: out of memory \(fewer --threads need less\); .*--resume/);
    await expectResumes(run('heap'));
  });

  test('that takes more memory than the system gives: the kernel kills the run, and it can be resumed', async () => {
    const { ended, killedBy } = startWithin(400 * 2 ** 20, run('memory'));
    const end = await ended;
    // A shell, and with it a batch system, calls this 137.
    expect({ ...end, killedBy }).toMatchObject({ code: null, signal: 'SIGKILL', stderr: '' });
    expect(finishedBlocks(at('out'))).not.toEqual([]);
    await expectResumes(run('memory'));
  });
});
