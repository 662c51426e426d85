/** Bytes from a path, or from standard input by way of a temporary file: Parquet and ROOT are read from their end. */
import { constants, copyFile, type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import { diskError, forgetUnfinished, removeLeftBehind, unfinishedPath } from './durable-file.js';
import { formatOf, HEAD_BYTES } from './open-table.js';
import { type ByteSource, checkRange } from './source.js';

/** The name that stands for standard input. */
export const STDIN = '-';

/**
 * Opens a file for reading; `-` is standard input.
 *
 * @throws InputError where it is missing, a directory, empty, or not to be read.
 */
export async function openSource(path: string): Promise<ByteSource> {
  if (path === STDIN) return await spooled('standard input', process.stdin);
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    const { code = '' } = error;
    throw new InputError(path, CAUSES[code] ?? `cannot be opened (${code})`, { cause: error });
  });
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
        const at = start + done;
        const { bytesRead } = await handle
          .read(bytes, done, bytes.length - done, at)
          .catch((error: NodeJS.ErrnoException) => {
            throw new InputError(name, `cannot be read at byte ${at} (${error.code})`, { cause: error });
          });
        if (bytesRead === 0) throw new InputError(name, `became shorter while it was read (at byte ${at})`);
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

/**
 * A stream copied to a temporary file, which goes when the source is closed. On Linux its name goes at once, so that nothing
 * is left however the process ends; but HDF5's library wants a name, and gets a copy that has one.
 */
async function spooled(name: string, stream: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const file = unfinishedPath(join(tmpdir(), 'jet-iqn-input'));
  removeLeftBehind(tmpdir());
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'wx+', 0o600);
    if (process.platform === 'linux') forgetUnfinished(file);
    const spool = handle;
    const format = async () => {
      const { buffer, bytesRead } = await spool.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return formatOf(name, buffer.subarray(0, bytesRead));
    };
    let size = 0;
    for await (const piece of stream) {
      for (let done = 0; done < piece.length; )
        done += (await handle.write(piece, done, piece.length - done)).bytesWritten;
      // What is of no kind that is read may be without an end too, as /dev/urandom is.
      if (size < HEAD_BYTES && size + piece.length >= HEAD_BYTES) await format();
      size += piece.length;
    }
    if (process.platform === 'linux' && (await format()) === 'hdf5')
      await copyFile(`/proc/self/fd/${handle.fd}`, file, constants.COPYFILE_EXCL);
    const source = await fileSource(name, file, handle);
    return {
      ...source,
      async close() {
        await source.close();
        forgetUnfinished(file);
      },
    };
  } catch (error) {
    await handle?.close().catch(() => {});
    forgetUnfinished(file);
    throw error instanceof InputError ? error : spoolError(name, error as NodeJS.ErrnoException);
  }
}

/** The copy is not the user's file: told is where it is made, and how it goes elsewhere. */
function spoolError(name: string, error: NodeJS.ErrnoException): unknown {
  if (error.syscall === 'read') {
    return new InputError(name, `cannot be read (${error.code})`, { cause: error });
  }
  return diskError(`${tmpdir()}, where ${name} is copied to (TMPDIR names another folder)`, error);
}
