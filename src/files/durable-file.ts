/**
 * Files that are there whole or not at all: written under another name, flushed to the disk, then renamed.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { threadId } from 'node:worker_threads';
import { RunError, UsageError } from '../errors.js';

/** What unfinished files start with: whoever cleans up can tell them. */
export const UNFINISHED_PREFIX = '.unfinished-';

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

/** The name under which a file is written before it is whole: one for each process and thread. */
export function unfinishedPath(path: string): string {
  return join(dirname(path), `${UNFINISHED_PREFIX}${process.pid}-${threadId}-${basename(path)}`);
}

/**
 * Writes a file durably, in one go.
 *
 * @throws RunError with what the system says (disk full, read-only), the unfinished file removed.
 */
export function writeDurably(path: string, parts: readonly (Uint8Array | string)[]): void {
  const unfinished = writeUnfinished(path, parts, fsyncSync);
  try {
    renameSync(unfinished, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw diskError(path, error);
  }
}

/**
 * The first half of {@link writeDurably}: the bytes under the unfinished name, which {@link finishDurably} flushes and
 * renames, in another thread if need be, so that this one need not wait for the disk.
 *
 * @param flush what is done with the open file once it is written.
 * @returns the unfinished name.
 * @throws RunError as {@link writeDurably}.
 */
export function writeUnfinished(
  path: string,
  parts: readonly (Uint8Array | string)[],
  flush: (file: number) => void = () => {},
): string {
  const unfinished = unfinishedPath(path);
  try {
    const file = openSync(unfinished, 'w');
    try {
      for (const part of parts) writeWhole(file, typeof part === 'string' ? Buffer.from(part) : part);
      flush(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw diskError(path, error);
  }
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
    rmSync(unfinished, { force: true });
    throw diskError(path, error);
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

/** A write may take less than it was given, on a disk that is nearly full for one. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.byteLength; ) from += writeSync(file, bytes, from);
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
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

/** A system's error in words, as a RunError; other errors as they are. */
export function diskError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof RunError || code === undefined) return error;
  return new RunError(`${path}: ${DISK_ERRORS[code] ?? (error as Error).message}`, { cause: error });
}

/** sha256 of a file's bytes, hexadecimal; undefined where there is no such file. */
export async function fileSha256(path: string): Promise<string | undefined> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
