/** Four processes that want one folder at the same moment: one has it, with anything lying there. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LOCK_FILE, lockFolder } from '../../src/files/lock.js';
import { thisProcess } from '../../src/files/process-identity.js';
import type { Order } from './lock-starter.js';

const ROUNDS = 120;
const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-lock-'));
const lock = join(folder, LOCK_FILE);
let starters: ChildProcess[];
let gone: object;

beforeAll(() => {
  starters = Array.from({ length: 4 }, () =>
    fork(fileURLToPath(new URL('./lock-starter.js', import.meta.url))),
  );
  gone = { ...thisProcess(), pid: spawnSync(process.execPath, ['-e', '']).pid };
});
afterAll(() => {
  for (const starter of starters) starter.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function answers(order: Order | 'release'): Promise<string[]> {
  return await Promise.all(
    starters.map(async (starter) => {
      const answer = once(starter, 'message');
      starter.send(order);
      const [text] = await answer;
      return String(text);
    }),
  );
}

/** Who has it, of four that start three milliseconds from now. */
const race = (briefly: boolean) => answers({ folder, at: Date.now() + 3, briefly });

describe.each([
  ['nothing', () => {}],
  ['the lock of a dead process', () => writeFileSync(lock, JSON.stringify(gone))],
  ['a torn lock', () => writeFileSync(lock, '{"host":"')],
])('where there is %s', (_, prepare) => {
  test(`of four starters one has it, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      prepare();
      const said = await race(false);
      expect(said.filter((text) => text === 'taken')).toHaveLength(1);
      for (const text of said) expect(text).toMatch(/^taken$|^refused: .*in use by another run/);
      await answers('release');
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test('never two at once, where each gives it back at once', async () => {
    for (let round = 0; round < ROUNDS / 4; round++) {
      prepare();
      const said = await race(true);
      expect(said).toContain('taken');
      for (const text of said) expect(text).not.toMatch(/two at once/);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a dead lock that a dead process had a claim on is taken over, one that a living process has is not', async () => {
  const text = JSON.stringify(gone);
  writeFileSync(lock, text);
  const { dev, ino, mtimeNs } = statSync(lock, { bigint: true });
  const identity = createHash('sha256').update(`${dev} ${ino} ${mtimeNs} ${text}`).digest('hex').slice(0, 16);
  const claim = `${lock}.after-${identity}`;
  writeFileSync(claim, JSON.stringify(thisProcess()));
  expect(await race(false)).toEqual(
    Array(4).fill(expect.stringMatching(/^refused: .*in use by another run/)),
  );
  writeFileSync(claim, text);
  expect((await race(false)).filter((said) => said === 'taken')).toHaveLength(1);
  await answers('release');
  expect(readdirSync(folder)).toEqual([]);
});

describe('the holder', () => {
  const refused = (holder: object) => {
    writeFileSync(lock, JSON.stringify({ ...thisProcess(), ...holder }));
    try {
      lockFolder(folder)();
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    } finally {
      rmSync(lock, { force: true });
    }
  };

  test.each([
    ['this process', {}, /in use by another run/],
    ['another machine’s', { host: 'node-17' }, /on node-17; if that has ended, remove .*\.lock/],
    [
      'a process of a container with this host’s name',
      { namespace: 'pid:[1]', pid: 1 },
      new RegExp(`on ${hostname()}; if that has ended, remove`),
    ],
    [
      'a process of another machine with this one’s name',
      { life: 'another-boot 77', machine: 'another', pid: 2 ** 22 },
      /if that has ended, remove/,
    ],
    [
      'a process whose number another one has now',
      { life: `${thisProcess().life.split(' ')[0]} 1` },
      /^taken$/,
    ],
  ])('%s', (_, holder, expected) => expect(refused(holder)).toMatch(expected));

  test('of before a restart of this machine is gone, where the machine has a number', () => {
    const { machine } = thisProcess();
    expect(refused({ life: 'earlier 5' })).toMatch(machine ? /^taken$/ : /if that has ended/);
  });
});

test('a lock that somebody removed, and another run took, is left to that run', () => {
  const unlock = lockFolder(folder);
  rmSync(lock);
  writeFileSync(lock, JSON.stringify({ ...thisProcess(), host: 'another' }));
  unlock();
  expect(existsSync(lock)).toBe(true);
  expect(readFileSync(lock, 'utf8')).toContain('another');
});
