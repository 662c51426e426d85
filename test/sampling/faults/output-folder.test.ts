/** One run at a time in an output folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { expectLine, expectResumes, RUNS, SLOW, testFolder, unbroken } from './fault-runs.js';
import { startChild } from './start-child.js';

const at = testFolder();

test('an output folder with another run in it is refused, and that run goes on', async () => {
  const [[kind, job]] = RUNS;
  const run = { ...job, outputDir: at('out'), engine: SLOW[kind] };
  const first = startChild(run);
  await first.running;
  for (const resume of [true, false]) {
    const second = await startChild({ ...run, resume }).ended;
    expect(second.code).toBe(1);
    expectLine(second, /out: in use by another run \(process \d+\); wait for it or choose another folder/);
  }
  expect(await first.ended).toMatchObject({ code: 0, stderr: '', result: (await unbroken(run)).result });
  await expectResumes(run);
});

describe('an output folder', () => {
  const [[, job]] = RUNS;
  const run = () => ({ ...job, outputDir: at('out') });
  const lock = (holder: object) => {
    mkdirSync(at('out'));
    writeFileSync(at('out/.lock'), JSON.stringify(holder));
  };

  test('with the lock of a process that is dead is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    lock({ host: hostname(), pid, life: '' });
    expect(await startChild(run()).ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('locked from another machine is refused', async () => {
    lock({ host: 'node-17', pid: 1, life: '' });
    const end = await startChild(run()).ended;
    expect(end.code).toBe(1);
    expectLine(end, /in use by process 1 on node-17; if that has ended, remove .*\.lock/);
  });

  test.each([
    ['out', 'out: is a file where a folder is needed'],
    ['out/.lock/', '.lock: is a folder'],
    ['out/_manifest.json/', 'out: '],
  ])('where %s is something else', async (name, line) => {
    if (name.endsWith('/')) mkdirSync(at(name), { recursive: true });
    else writeFileSync(at(name), 'mine');
    const [, [, sample]] = RUNS;
    const end = await startChild({ ...sample, outputDir: at('out') }).ended;
    expect([1, 2]).toContain(end.code);
    expectLine(end, new RegExp(line));
    expect(existsSync(at(name))).toBe(true);
  });

  test('where there is no place for one', async () => {
    const end = await startChild({ ...run(), outputDir: '/proc/nowhere/out' }).ended;
    expect(end.code).toBe(1);
    expectLine(end, /^\/proc\/nowhere\/out: .*choose another folder/);
  });
});
