/**
 * Files that are there whole or not at all: written under another name, flushed to the disk, then renamed.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  createReadStream,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { JetIqnError, RunError, UsageError } from '../errors.js';
import { isRunning, lifeOf, placeOfProcesses } from './process-identity.js';

/** What unfinished files start with: whoever cleans up can tell them. */
export const UNFINISHED_PREFIX = '.unfinished-';
/** Where the process was, its number, when it began: see {@link unfinishedPath}. */
const UNFINISHED = /^\.unfinished-([0-9a-f]{8})-(\d+)-(\d*)-/;

/**
 * Makes a folder and those above it. Node's own way to do so never ends where the system says that a folder which is
 * there has no room for names (/proc).
 *
 * @throws UsageError where it, or one above it, is a file.
 */
export function makeFolder(folder: string): void {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there?.isDirectory()) return;
  if (there) throw new UsageError(`${folder}: is a file where a folder is needed; choose another name`);
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Where an output goes. */
export interface OutputPlace {
  /** Links followed, also to a name that is not there yet. */
  readonly path: string;
  /** Whether it is a regular file or none: a device, a pipe or what /dev and /proc have is written into and stays. */
  readonly isFile: boolean;
  /** Of the file that is replaced: its permissions, and its owner. */
  readonly like?: { readonly mode: number; readonly uid: number; readonly gid: number };
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

/**
 * Looks where an output named by a user goes.
 *
 * @throws UsageError for a folder; RunError where it may not be written.
 */
export function outputPlace(path: string): OutputPlace {
  try {
    return placeOf(path);
  } catch (error) {
    throw diskError(path, error);
  }
}

function placeOf(path: string): OutputPlace {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new UsageError(`${path}: is a folder; name a file in it`);
  if (there) accessSync(path, constants.W_OK);
  let real = resolve(path);
  for (let link = 0; link < MOST_LINKS; link++) {
    // What stands in /dev/shm are files as everywhere.
    if (/^\/(dev(?!\/shm\/)|proc)\//.test(real)) return { path: real, isFile: false };
    if (!lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink()) break;
    real = resolve(dirname(real), readlinkSync(real));
  }
  if (!there) return { path: real, isFile: true };
  if (!there.isFile()) return { path: real, isFile: false };
  const { mode, uid, gid } = there;
  return { path: real, isFile: true, like: { mode: mode & 0o7777, uid, gid } };
}

/** Names that this thread is writing under, for whoever ends the process before they are whole. */
const beingWritten = new Set<string>();

/** Removes what this thread has begun and not finished. */
export function discardUnfinished(): void {
  for (const path of beingWritten) rmSync(path, { force: true });
  beingWritten.clear();
}

/** Gives up a file of {@link unfinishedPath}, or says that it has its own name now. */
export function forgetUnfinished(path: string): void {
  rmSync(path, { force: true });
  beingWritten.delete(path);
}

let place: string | undefined;

/**
 * A name beside `path` to write under before the file is whole. No other process or thread has it, and it says which
 * process does: see {@link removeLeftBehind}.
 */
export function unfinishedPath(path: string): string {
  place ??= `${placeOfProcesses()}-${process.pid}-${lifeOf(process.pid).split(' ')[1] ?? ''}`;
  // Names may have 255 bytes.
  const name = basename(path).slice(-60);
  const unfinished = join(
    dirname(path),
    `${UNFINISHED_PREFIX}${place}-${randomBytes(4).toString('hex')}-${name}`,
  );
  beingWritten.add(unfinished);
  return unfinished;
}

/** Removes from a folder that is locked what other processes had begun to write there. */
export function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder))
    if (UNFINISHED.test(name)) rmSync(join(folder, name), { force: true });
}

/** Removes from a folder what processes that were killed had begun to write there, and no other. */
export function removeLeftBehind(folder: string): void {
  const boot = lifeOf(process.pid).split(' ')[0];
  try {
    for (const name of readdirSync(folder)) {
      const [, where, pid, start] = UNFINISHED.exec(name) ?? [];
      if (where === placeOfProcesses() && !isRunning(Number(pid), `${boot} ${start}`))
        rmSync(join(folder, name), { force: true });
    }
  } catch {
    // A folder that cannot be read or written: what is written there says so.
  }
}

/**
 * Writes a file durably, in one go; into what is no regular file as it stands.
 *
 * @throws RunError with what the system says (disk full, read-only), the unfinished file removed.
 */
export function writeDurably(path: string, parts: readonly (Uint8Array | string)[]): void {
  let unfinished: string | undefined;
  try {
    const target = outputPlace(path);
    if (!target.isFile) {
      const stream = standardStream(target.path);
      if (stream) {
        for (const part of parts) stream.write(part);
        return;
      }
      const file = openSync(target.path, 'w');
      try {
        for (const part of parts) writeFileSync(file, part);
      } finally {
        closeSync(file);
      }
      return;
    }
    unfinished = writeUnfinished(target.path, parts, target);
    renameSync(unfinished, target.path);
    syncFolder(dirname(target.path));
  } catch (error) {
    throw diskError(path, error);
  } finally {
    if (unfinished) forgetUnfinished(unfinished);
  }
}

/** What /dev/stdout and /dev/stderr are: a socket, for one, cannot be opened by that name. */
export function standardStream(path: string): NodeJS.WriteStream | undefined {
  if (path === '/dev/stdout') return process.stdout;
  return path === '/dev/stderr' ? process.stderr : undefined;
}

/** Gives an open file the permissions of the one whose place it takes, and, where one may, its owner. */
export function makeAlike(file: number, { like }: OutputPlace): void {
  if (!like) return;
  try {
    fchownSync(file, like.uid, like.gid);
  } catch {
    // Somebody else's, in a folder of ours.
  }
  fchmodSync(file, like.mode);
}

/**
 * The first half of {@link writeDurably}, of a file that no user named: the bytes under the unfinished name, which
 * {@link finishDurably} flushes and renames, in another thread if need be, so that this one need not wait for the disk.
 *
 * @param target which {@link writeDurably} gives: the file is flushed here.
 * @returns the unfinished name.
 * @throws RunError as {@link writeDurably}.
 */
export function writeUnfinished(
  path: string,
  parts: readonly (Uint8Array | string)[],
  target?: OutputPlace,
): string {
  const unfinished = unfinishedPath(path);
  try {
    const file = openSync(unfinished, 'wx', target?.like?.mode);
    try {
      for (const part of parts) writeFileSync(file, part);
      if (target) {
        makeAlike(file, target);
        fsyncSync(file);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    forgetUnfinished(unfinished);
    throw diskError(path, error);
  }
  // Whoever finishes it may be another thread.
  beingWritten.delete(unfinished);
  return unfinished;
}

/**
 * The second half: flushes what {@link writeUnfinished} wrote, then gives it its name, without blocking the thread.
 *
 * @throws RunError as {@link writeDurably}.
 */
export async function finishDurably(unfinished: string, path: string): Promise<void> {
  try {
    // For writing too: Windows flushes nothing else.
    await flush(unfinished, 'r+');
    await rename(unfinished, path);
    if (process.platform !== 'win32') await flush(dirname(path), 'r');
  } catch (error) {
    throw diskError(path, error);
  } finally {
    forgetUnfinished(unfinished);
  }
}

async function flush(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename last; where folders cannot be opened (Windows) the file system sees to it. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const DISK_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the quota is used up; make room',
  EROFS: 'the file system is read-only; choose another folder',
  ENOENT: 'cannot be made there; choose another folder',
  EACCES: 'no permission to write; choose another folder or change its permissions',
  EPERM: 'no permission to write; choose another folder or change its permissions',
  EIO: 'the disk reports an error; check it',
  ENOTDIR: 'is below something that is no folder; choose another folder',
  EISDIR: 'is a folder; name a file in it',
  EEXIST: 'is a file where a folder is needed; choose another folder',
  EPIPE: 'nobody reads it any more',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

/** A system's error in words, as a RunError; other errors as they are. */
export function diskError(path: string, error: unknown): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (error instanceof JetIqnError || code === undefined || syscall === undefined) return error;
  return new RunError(`${path}: ${DISK_ERRORS[code] ?? (error as Error).message}`, { cause: error });
}

/** sha256 of a file's bytes, hexadecimal; undefined where there is no such file. */
export async function fileSha256(path: string): Promise<string | undefined> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
