/** A worker that fails: one clear line, exit code 1, and a folder to resume from. */
import { describe, expect, test } from '@jest/globals';
import { expectLine, expectResumes, finishedBlocks, RUNS, THIRD_BLOCK, testFolder } from './fault-runs.js';
import { startChild } from './start-child.js';

const at = testFolder();
const SMALL_HEAP = ['--max-old-space-size=60'];

describe.each(RUNS)('in a %s, a worker', (kind, job) => {
  test.each([
    ['throws', 'throw', [], /jets \d+ to \d+: the engine gives up; .*--resume/],
    ['ends', 'exit', [], /jets \d+ to \d+: its worker died: .*--resume/],
    ['predicts NaN', 'nan', [], /^the model predicts NaN for a jet of rows \d+ to \d+; .*--resume/],
    [
      'runs out of its heap',
      'heap',
      SMALL_HEAP,
      /its worker died: out of memory \(fewer --threads need less\); .*--resume/,
    ],
  ] as const)('that %s', async (_, fault, nodeArguments, line) => {
    const engine = { fault: { at: THIRD_BLOCK[kind], kind: fault } };
    const run = { ...job, outputDir: at('out'), engine };
    const end = await startChild(run, { nodeArguments }).ended;
    expect(end.code).toBe(1);
    expectLine(end, line);
    if (fault !== 'heap') expect(finishedBlocks(at('out'))).not.toEqual([]);
    await expectResumes(run);
  });
});
