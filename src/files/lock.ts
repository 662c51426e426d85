/**
 * One run at a time on one output folder: a lock file that names its holder.
 *
 * A lock appears whole, by link(2), which fails where one is there. A dead holder's lock is replaced by rename(2), and only
 * by whoever holds the claim on that very file: a lock of its own, named after it. A claim is used after a second look at the
 * lock, so that of several runs that find the same dead holder the slower one sees the faster one's lock and not the dead
 * one's; a claim that a dead process left is replaced in the same way. A holder of whom nothing can be known, another
 * machine's or another container's, keeps its lock.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { RunError, UsageError } from '../errors.js';
import { diskError, forgetUnfinished, makeFolder, unfinishedPath } from './durable-file.js';
import { type ProcessIdentity, stateOf, thisProcess } from './process-identity.js';

export const LOCK_FILE = '.lock';
/** Each failed attempt is another run that came and went meanwhile. */
const ATTEMPTS = 20;

interface Found {
  /** Undefined where the file does not say: torn by a crash of the machine, or of a file system without links. */
  readonly holder: ProcessIdentity | undefined;
  /** Of this file and no later one of its name. */
  readonly identity: string;
}

/**
 * Takes the lock of a folder, made where missing.
 *
 * @returns what gives the lock back.
 * @throws RunError where another run holds it, or the folder cannot be written.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK_FILE);
  let other: ProcessIdentity | undefined;
  try {
    makeFolder(folder);
    other = acquire(path);
  } catch (error) {
    throw diskError(folder, error);
  }
  if (other) refuse(folder, path, other);
  const mine = look(path)?.identity;
  return () => {
    // Not that of a run that was started after somebody removed ours by hand.
    if (look(path)?.identity === mine) rmSync(path, { force: true });
  };
}

/** Makes the lock ours. @returns who has it, where it cannot be. */
function acquire(path: string): ProcessIdentity | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const own = unfinishedPath(path);
    try {
      writeFileSync(own, `${JSON.stringify(thisProcess())}\n`, { flag: 'wx' });
      if (appears(own, path)) return undefined;
      const found = look(path);
      if (!found) continue;
      if (found.holder && stateOf(found.holder) !== 'gone') return found.holder;
      const claim = `${path}.after-${found.identity}`;
      const claimant = acquire(claim);
      if (claimant) return claimant;
      try {
        if (look(path)?.identity === found.identity) {
          renameSync(own, path);
          return undefined;
        }
      } finally {
        rmSync(claim, { force: true });
      }
    } finally {
      forgetUnfinished(own);
    }
  }
  throw new RunError(`${path}: other runs keep taking this folder; give each run its own`);
}

/** Gives a file a second name. @returns false where there is one of that name. */
function appears(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // ENOENT: the holder has tidied the folder meanwhile, our file with it.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
  }
  // A file system without links.
  try {
    writeFileSync(path, readFileSync(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined where there is none. @throws UsageError for a folder. */
function look(path: string): Found | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const status = fstatSync(file, { bigint: true });
    if (status.isDirectory())
      throw new UsageError(`${path}: is a folder, and no run makes one there; choose another output folder`);
    const text = readFileSync(file, 'utf8');
    const identity = createHash('sha256')
      .update(`${status.dev} ${status.ino} ${status.mtimeNs} ${text}`)
      .digest('hex')
      .slice(0, 16);
    return { holder: holderIn(text), identity };
  } finally {
    closeSync(file);
  }
}

function holderIn(text: string): ProcessIdentity | undefined {
  try {
    const holder: Partial<ProcessIdentity> = JSON.parse(text);
    return typeof holder.pid === 'number' && typeof holder.host === 'string'
      ? { ...holder, pid: holder.pid, host: holder.host, life: holder.life ?? '' }
      : undefined;
  } catch {
    return undefined;
  }
}

function refuse(folder: string, path: string, holder: ProcessIdentity): never {
  if (stateOf(holder) === 'unknown')
    throw new RunError(
      `${folder}: in use by process ${holder.pid} on ${holder.host}; if that has ended, remove ${path}`,
    );
  throw new RunError(
    `${folder}: in use by another run (process ${holder.pid}); wait for it or choose another folder`,
  );
}
