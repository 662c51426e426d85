/** Bytes from a path, or from standard input by way of a temporary file: Parquet and ROOT are read from their end. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InputError } from '../errors.js';
import { diskError } from './durable-file.js';
import { type ByteSource, bytesOf, checkRange } from './source.js';

/** The name that stands for standard input. */
export const STDIN = '-';

/**
 * Opens a file for reading; `-` is standard input.
 *
 * @throws InputError where it is missing, a directory, empty, or not to be read.
 */
export async function openSource(path: string): Promise<ByteSource> {
  if (path === STDIN) return await spooled('standard input', process.stdin);
  const handle = await openFile(path, path);
  const status = await handle.stat();
  if (status.isDirectory()) {
    await handle.close();
    throw new InputError(path, 'is a directory; name a file');
  }
  if (!status.isFile()) {
    return await spooled(path, handle.createReadStream());
  }
  return await fileSource(path, path, handle);
}

export interface HashedSource extends ByteSource {
  /** sha256 of all bytes, hexadecimal; asked for once, after which nothing is read. */
  sha256(): Promise<string>;
}

/**
 * A source that takes its sha256 from what is read of it anyway, so far as that goes from the first byte on without a gap;
 * the rest is read for it in the end.
 */
export function hashed(source: ByteSource): HashedSource {
  const hash = createHash('sha256');
  let done = 0;
  return {
    ...source,
    async read(start, end) {
      const bytes = await source.read(start, end);
      if (start <= done && end > done) {
        hash.update(bytes.subarray(done - start));
        done = end;
      }
      return bytes;
    },
    async sha256() {
      for await (const piece of bytesOf(source, 1 << 20, done)) hash.update(piece);
      return hash.digest('hex');
    },
  };
}

async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new InputError(name, CAUSES[code] ?? `cannot be opened (${code})`, { cause: error });
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file: a part of its path is not a directory',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  EISDIR: 'is a directory; name a file',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'there is no such file: its name is too long',
  EMFILE: 'cannot be opened: too many files are open; raise `ulimit -n`',
};

async function fileSource(name: string, path: string, handle: FileHandle): Promise<ByteSource> {
  const opened = await handle.stat();
  if (opened.size === 0) {
    await handle.close();
    throw new InputError(name, 'is empty (0 bytes)');
  }
  return {
    name,
    path,
    size: opened.size,
    async read(start, end) {
      checkRange(name, opened.size, start, end);
      // Not zeros first: every byte is read, or the whole is thrown away.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer as ArrayBuffer);
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await readAt(name, handle, bytes, done, start + done);
        if (bytesRead === 0)
          throw new InputError(name, `became shorter while it was read (at byte ${start + done})`);
        done += bytesRead;
      }
      return bytes;
    },
    async close() {
      const now = await handle.stat();
      await handle.close();
      if (now.size !== opened.size || now.mtimeMs !== opened.mtimeMs) {
        throw new InputError(name, 'changed while it was read; wait until it is complete and run again');
      }
    },
  };
}

async function readAt(
  name: string,
  handle: FileHandle,
  bytes: Uint8Array,
  offset: number,
  position: number,
): Promise<{ bytesRead: number }> {
  try {
    return await handle.read(bytes, offset, bytes.length - offset, position);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(name, `cannot be read at byte ${position} (${code})`, { cause: error });
  }
}

/** A stream copied to a temporary file, which goes when the source is closed. */
async function spooled(name: string, stream: NodeJS.ReadableStream): Promise<ByteSource> {
  const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-')).catch((error) => {
    throw spoolError(name, error);
  });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'input');
    await pipeline(stream, createWriteStream(path)).catch((error) => {
      throw spoolError(name, error);
    });
    const source = await fileSource(name, path, await open(path, 'r'));
    return {
      ...source,
      async close() {
        await source.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The copy is not the user's file: told is where it is made, and how it goes elsewhere. */
function spoolError(name: string, error: NodeJS.ErrnoException): unknown {
  if (error.syscall === 'read') {
    return new InputError(name, `cannot be read (${error.code})`, { cause: error });
  }
  return diskError(`${tmpdir()}, where ${name} is copied to (TMPDIR names another folder)`, error);
}
