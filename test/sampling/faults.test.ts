/** What can go wrong in a long run: each ends with one clear line, an exit code, and a folder to resume from. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChildRun } from './run-child.js';
import { type ChildEnd, startChild } from './start-child.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-faults-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const STUDY = { kind: 'study', jets: 4000, samples: 300 } as const;
const SAMPLE = { kind: 'sample', jets: 60, samples: 20_000 } as const;
/** A study with some 5 blocks, of which each takes a second. */
const SLOW = { ...STUDY, engine: { delay: 15 } } as const;

const study = (more: Partial<ChildRun> = {}): ChildRun => ({
  ...STUDY,
  outputDir: join(folder, 'out'),
  ...more,
});

/** What an unbroken run makes. */
async function unbroken({ kind, jets, samples }: ChildRun): Promise<string> {
  const job = { kind, jets, samples };
  const key = JSON.stringify(job);
  const result =
    results.get(key) ?? (await startChild({ ...job, outputDir: join(folder, 'unbroken') }).ended).result!;
  results.set(key, result);
  return result;
}
const results = new Map<string, string>();

/** One line that ends in how to go on, no stack trace. */
function expectLine({ stderr }: ChildEnd, pattern: RegExp): void {
  expect(stderr).toMatch(pattern);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}

async function expectResumes(run: ChildRun): Promise<void> {
  const { engine: _, ...rest } = run;
  const resumed = await startChild({ ...rest, resume: true }).ended;
  expect(resumed).toMatchObject({ code: 0, stderr: '', result: await unbroken(run) });
}

describe('a worker', () => {
  // pt of row 2345, which is in the third block.
  const at = 20.25 + 2345 / 4;

  test.each([
    ['that throws', 'throw', /jets \d+ to \d+: the engine gives up; .*--resume/],
    ['that ends', 'exit', /jets \d+ to \d+: its worker died: .*--resume/],
    ['that predicts NaN', 'nan', /^the model predicts NaN for a jet of rows \d+ to \d+; .*--resume/],
  ] as const)('%s', async (_, kind, line) => {
    const run = study({ engine: { fault: { at, kind } } });
    const end = await startChild(run).ended;
    expect(end.code).toBe(1);
    expectLine(end, line);
    expect(readdirSync(join(run.outputDir, 'journal'))).toContain('block-000000.bin');
    await expectResumes(run);
  });

  test('that runs out of memory', async () => {
    const run = study({ engine: { fault: { at, kind: 'memory' } } });
    const end = await startChild(run, { nodeArguments: ['--max-old-space-size=60'] }).ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/its worker died: out of memory \(fewer --threads need less\); .*--resume/);
    await expectResumes(run);
  });
});

describe('SIGINT', () => {
  test('finishes the blocks under way and exits with 130', async () => {
    const run = study(SLOW);
    const child = startChild(run);
    await child.running;
    await setTimeout(300);
    child.process.kill('SIGINT');
    const end = await child.ended;
    expect(end.code).toBe(130);
    expectLine(end, /^interrupted; .*--resume/);
    expect(readdirSync(join(run.outputDir, 'journal')).filter((name) => name.endsWith('.bin'))).not.toEqual(
      [],
    );
    await expectResumes(run);
  });

  test('twice ends at once', async () => {
    const run = study({ ...STUDY, engine: { delay: 300 } });
    const child = startChild(run);
    await child.running;
    await setTimeout(300);
    child.process.kill('SIGINT');
    await setTimeout(200);
    child.process.kill('SIGINT');
    expect(await child.ended).toMatchObject({ signal: 'SIGINT' });
    await expectResumes(run);
  });
});

describe('the output folder', () => {
  test('with another run in it is refused, and that run goes on', async () => {
    const run = study(SLOW);
    const first = startChild(run);
    await first.running;
    const second = await startChild({ ...run, resume: true }).ended;
    expect(second.code).toBe(1);
    expectLine(second, /out: in use by another run \(process \d+\); wait for it or choose another folder/);
    expect(await first.ended).toMatchObject({ code: 0, result: await unbroken(run) });
  });

  test('with the lock of a dead process is taken over', async () => {
    const run = study();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(run.outputDir);
    writeFileSync(join(run.outputDir, '.lock'), JSON.stringify({ host: hostname(), pid, life: '' }));
    expect(await startChild(run).ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('with the lock of a process whose number lives on in another one is taken over', async () => {
    const run = study();
    mkdirSync(run.outputDir);
    const lock = { host: hostname(), pid: process.pid, life: 'an earlier life' };
    writeFileSync(join(run.outputDir, '.lock'), JSON.stringify(lock));
    expect(await startChild(run).ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('locked from another machine is refused', async () => {
    const run = study();
    mkdirSync(run.outputDir);
    writeFileSync(join(run.outputDir, '.lock'), JSON.stringify({ host: 'node-17', pid: 1, life: '' }));
    const end = await startChild(run).ended;
    expect(end.code).toBe(1);
    expectLine(end, /in use by process 1 on node-17; if that has ended, remove .*\.lock/);
  });

  test('that cannot be written', async () => {
    const outputDir = join(folder, 'read-only');
    mkdirSync(outputDir);
    const run = study({ outputDir });
    const end = canMount
      ? await startChild(run, { within: inTmpfs(outputDir, 'ro') }).ended
      : await withoutPermission(run);
    expect(end.code).toBe(1);
    expectLine(
      end,
      /read-only: (the file system is read-only; choose another|no permission to write; choose another)/,
    );
  });

  test('where there is no place for one', async () => {
    const end = await startChild(study({ outputDir: '/proc/nowhere/out' })).ended;
    expect(end.code).toBe(1);
    expectLine(end, /^\/proc\/nowhere\/out: .*choose another folder/);
  });

  test.each([
    ['study', STUDY],
    ['sample', SAMPLE],
  ] as const)('of a %s on a disk that is full', async (_, job) => {
    const outputDir = join(folder, 'small');
    mkdirSync(outputDir);
    const run: ChildRun = { ...job, outputDir };
    const size = job.kind === 'study' ? '100k' : '2m';
    const end = await startChild(
      run,
      canMount
        ? { within: inTmpfs(outputDir, `size=${size}`) }
        : { nodeArguments: ['--import', fullDisk(run.outputDir)] },
    ).ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/(the disk is full; make room|ENOSPC).*--resume/);
    expect(end.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('of a disk that was full can be resumed from', async () => {
    const run = study();
    const end = await startChild(run, { nodeArguments: ['--import', fullDisk(run.outputDir)] }).ended;
    expect(end.code).toBe(1);
    expectLine(end, /block-\d{6}\.bin: the disk is full; make room; .*--resume/);
    expect(readdirSync(join(run.outputDir, 'journal')).some((name) => name.startsWith('.unfinished'))).toBe(
      false,
    );
    await expectResumes(run);
  });
});

test('an input that changes during the run is told, and the run can be resumed with the first one', async () => {
  const input = join(folder, 'jets.parquet');
  writeFileSync(input, 'first');
  const run = study({ ...SLOW, input });
  const child = startChild(run);
  await child.running;
  writeFileSync(input, 'second');
  const end = await child.ended;
  expect(end.code).toBe(1);
  expectLine(end, /jets\.parquet: changed during the run, .*put that back and add --resume/);
  const other = await startChild({ ...run, resume: true }).ended;
  expect(other.code).toBe(2);
  expectLine(other, /cannot resume, this run differs in input file \(sha256 /);
  writeFileSync(input, 'first');
  const resumed = await startChild({ ...run, resume: true }).ended;
  expect(resumed).toMatchObject({ code: 0, stderr: '', result: await unbroken(run) });
});

test('a wall clock that jumps changes nothing', async () => {
  const run = study();
  const end = await startChild(run, { nodeArguments: ['--import', JUMPING_CLOCK] }).ended;
  expect(end).toMatchObject({ code: 0, stderr: '', result: await unbroken(run) });
});

test('a slow disk slows a sample down and piles nothing up', async () => {
  const run: ChildRun = { ...SAMPLE, outputDir: join(folder, 'out') };
  const end = await startChild(run, { nodeArguments: ['--import', SLOW_DISK] }).ended;
  expect(end).toMatchObject({ code: 0, stderr: '', result: await unbroken(run) });
});

/** Modules loaded before the run, in its workers too. */
const preload = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

/** From the third block on, no write of any file succeeds. */
const fullDisk = (outputDir: string) =>
  preload(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { writeSync } = fs;
  const full = () => fs.readdirSync(${JSON.stringify(outputDir)}, { recursive: true })
    .filter((name) => /block-0+2[.]bin$|000002[.]parquet$/.test(name)).length > 0;
  fs.writeSync = (...args) => {
    if (full()) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return writeSync(...args);
  };
  const { open } = fs.promises;
  fs.promises.open = async (...args) => {
    const handle = await open(...args);
    const write = handle.write.bind(handle);
    handle.write = async (...more) => {
      if (full()) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return write(...more);
    };
    return handle;
  };
  syncBuiltinESMExports();
`);

/** Writes take 100 ms, and it is a failure to hand over more than one piece of a file before the last one is down. */
const SLOW_DISK = preload(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { open } = fs.promises;
  let waiting = 0;
  fs.promises.open = async (...args) => {
    const handle = await open(...args);
    const write = handle.write.bind(handle);
    handle.write = async (buffer, offset, length, position) => {
      if (++waiting > 1) throw new Error('writes pile up');
      if (length > 7e6) throw new Error('a piece of ' + length + ' bytes');
      await new Promise((resolve) => setTimeout(resolve, 100));
      waiting--;
      return write(buffer, offset, length, position);
    };
    return handle;
  };
  syncBuiltinESMExports();
`);

const JUMPING_CLOCK = preload(`
  const { now } = Date;
  let calls = 0;
  Date.now = () => now() + (calls++ % 2 ? 3.6e9 : -3.6e9);
`);

/** Whether this process may give a child a file system of its own. */
const canMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;

/** Runs a command where `path` is a tmpfs with these options. */
function inTmpfs(path: string, options: string): string[] {
  const script = 'mount -t tmpfs -o "$2" tmpfs "$1" && shift 2 && exec "$@"';
  return ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', path, options];
}

async function withoutPermission(run: ChildRun): Promise<ChildEnd> {
  chmodSync(run.outputDir, 0o555);
  const nobody = 65_534;
  return await startChild(run, process.getuid?.() === 0 ? { uid: nobody } : {}).ended;
}
