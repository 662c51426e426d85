/** A disk that is full, read-only or slow. */
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  expectLine,
  expectResumes,
  finishedBlocks,
  firstBlock,
  preload,
  RUNS,
  SLOW,
  testFolder,
  unbroken,
} from './fault-runs.js';
import type { ChildRun } from './run-child.js';
import { startChild } from './start-child.js';
import { canMount, mountTmpfs, type Tmpfs } from './tmpfs.js';

const at = testFolder();

/** Room for one or two of the four blocks. */
const SMALL = { study: '250k', sample: '2m' };
const DISK_FULL = /(block|predictions)-\d{6}\.\w+: the disk is full; make room; .*--resume/;
const READ_ONLY = /: (the file system is read-only; choose another|no permission to write; choose another)/;

/** Gives the output folder a file system of its own, where this process may. */
async function onDisk(options: string, act: (disk: Tmpfs | undefined) => Promise<void>): Promise<void> {
  mkdirSync(at('out'));
  const disk = canMount ? await mountTmpfs(at('out'), options) : undefined;
  try {
    await act(disk);
  } finally {
    disk?.close();
  }
}

describe.each(RUNS)('a %s', (kind, job) => {
  const run = () => ({ ...job, outputDir: at('out') });

  test('on a full disk goes on when there is room', () =>
    onDisk(`size=${SMALL[kind]}`, async (disk) => {
      const end = await startChild(run(), disk?.start ?? failingWrites()).ended;
      expect(end.code).toBe(1);
      expectLine(end, DISK_FULL);
      expectLeft(disk);
      disk?.remount('size=64m');
      await expectResumes(run(), disk?.start, disk?.seen);
    }));

  test('killed, and resumed while the folder cannot be written', () =>
    onDisk('rw', async (disk) => {
      const child = startChild({ ...run(), engine: SLOW[kind] }, disk?.start);
      await firstBlock(disk?.seen ?? at('out'), child.ended);
      child.process.kill('SIGKILL');
      expect(await child.ended).toMatchObject({ signal: 'SIGKILL', stderr: '' });
      disk?.remount('ro');
      await expectRefused({ ...run(), resume: true }, disk);
      await expectResumes(run(), disk?.start, disk?.seen);
    }));

  /** Refused as long as the folder is read-only, which it no longer is afterwards. */
  async function expectRefused(refused: ChildRun, disk: Tmpfs | undefined): Promise<void> {
    const end = await startChild(refused, disk?.start ?? withoutPermission()).ended;
    expect(end.code).toBe(1);
    expectLine(end, READ_ONLY);
    disk?.remount('rw');
    chmodSync(at('out'), 0o755);
  }

  /** A finished block at least, and nothing half written beside it. */
  function expectLeft(disk?: Tmpfs): void {
    const where = disk?.seen ?? at('out');
    expect(finishedBlocks(where)).not.toEqual([]);
    const names = readdirSync(where, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /unfinished|\.tmp$|\.lock$/.test(name))).toEqual([]);
  }
});

test('a slow disk slows a sample down and piles nothing up', async () => {
  const [, [, job]] = RUNS;
  const run = { ...job, outputDir: at('out') };
  const end = await startChild(run, { nodeArguments: preload(SLOW_DISK) }).ended;
  expect(end).toMatchObject({ code: 0, stderr: '', result: (await unbroken(run)).result });
});

/** From the third block on, no write of any file succeeds. */
const failingWrites = () => ({
  nodeArguments: preload(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { writeSync } = fs;
  const full = () => fs.readdirSync(${JSON.stringify(at('out'))}, { recursive: true })
    .filter((name) => /block-0+2[.]bin$|000002[.]parquet$/.test(name)).length > 0;
  fs.writeSync = (...args) => {
    if (full()) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    return writeSync(...args);
  };
  const { open } = fs.promises;
  fs.promises.open = async (...args) => {
    const handle = await open(...args);
    const write = handle.write.bind(handle);
    handle.write = async (...more) => {
      if (full()) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
      return write(...more);
    };
    return handle;
  };
  syncBuiltinESMExports();
`),
});

/** Writes take 100 ms, and it is a failure to hand over more than one piece of a file before the last one is down. */
const SLOW_DISK = `
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
`;

/** The folder may be read but not written, by root neither: as nobody. */
function withoutPermission() {
  chmodSync(at('out'), 0o555);
  const nobody = 65_534;
  return process.getuid?.() === 0 ? { uid: nobody } : {};
}
