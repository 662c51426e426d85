/**
 * One run at a time on one output folder: a lock file that names its holder.
 *
 * A holder on this machine that no longer lives (its process gone, its number given to another one, the machine
 * restarted) loses the lock to the next run. Of another machine's holder nothing can be known: its lock stands.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RunError, UsageError } from '../errors.js';
import { diskError, makeFolder, UNFINISHED_PREFIX } from '../files/durable-file.js';

export const LOCK_FILE = '.lock';

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the system booted and when the process started, in the system's own counts; empty where unknown. */
  readonly life: string;
}

/**
 * Takes the lock of a folder, made where missing.
 *
 * @returns what gives the lock back.
 * @throws RunError where another run holds it, or the folder cannot be written.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK_FILE);
  const me: Holder = { host: hostname(), pid: process.pid, life: lifeOf(process.pid) };
  try {
    makeFolder(folder);
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        writeFileSync(path, `${JSON.stringify(me)}\n`, { flag: 'wx' });
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      refuseLiving(folder, path);
      // Whoever renames it has it: two runs that find the same dead holder do not both take over.
      const stale = join(folder, `${UNFINISHED_PREFIX}${process.pid}-lock`);
      try {
        renameSync(path, stale);
        rmSync(stale, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  } catch (error) {
    throw diskError(folder, error);
  }
  throw new RunError(`${folder}: other runs keep taking this folder; give each run its own`);
}

function refuseLiving(folder: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${path}: is a folder, and no run makes one there; choose another output folder`);
  const holder = readHolder(path);
  if (!holder) return;
  if (holder.host !== hostname())
    throw new RunError(
      `${folder}: in use by process ${holder.pid} on ${holder.host}; if that has ended, remove ${path}`,
    );
  if (isAlive(holder))
    throw new RunError(
      `${folder}: in use by another run (process ${holder.pid}); wait for it or choose another folder`,
    );
}

/** Undefined for a lock that is gone, or torn because its writer was killed while it wrote. */
function readHolder(path: string): Holder | undefined {
  try {
    const holder: Partial<Holder> = JSON.parse(readFileSync(path, 'utf8'));
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, life }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return life === '' || life === lifeOf(pid);
}

/** Linux: boot id and the process's start in ticks since then; independent of the wall clock. */
function lifeOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces; the start time is the 20th field after it.
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return '';
  }
}
