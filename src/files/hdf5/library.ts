/**
 * HDF5's library, started anew where a damaged file has spoiled it.
 *
 * A fault leaves its C code in the middle: some abort it for good; after others it keeps the file open, and takes whatever
 * is later written to the same path for the file it knows. Only another instance of the WebAssembly module sees that afresh.
 */
import type { File } from 'h5wasm/node';
import { InputError } from '../../errors.js';
import { fileIdentity } from '../file-identity.js';
import { guarded } from './fault.js';

export type Hdf5 = typeof import('h5wasm/node');

interface Library {
  readonly h5: Hdf5;
  /** Files that it did not close, by device and inode. */
  readonly held: Set<string | undefined>;
  /** Whether it aborted: nothing can be read with it afterwards. */
  ended: boolean;
}

/** Instances in one process; each keeps some 7 MiB for good, since a module that was imported is never let go. */
const MAX_INSTANCES = 32;

/** While its code runs over a file: it writes to the terminal about damages that end in an exception as well. */
let silent = false;
let instances = 0;
let current: Promise<Library> | undefined;

/**
 * Opens the file at `path`, runs what uses it, and closes it, in one go.
 *
 * @throws InputError where it is damaged, or damaged files have spoiled the library too often; and what `use` throws.
 */
export async function withFile<T>(name: string, path: string, use: (h5: Hdf5, file: File) => T): Promise<T> {
  const library = await libraryFor(name, path);
  const { h5 } = library;
  const before = openFiles(library).length;
  let opened = false;
  silent = true;
  try {
    const file = guarded(name, 'its header', () => new h5.File(path, 'r'));
    opened = true;
    try {
      return use(h5, file);
    } finally {
      guarded(name, 'its end', () => file.close());
    }
  } catch (error) {
    if ((error as Error).cause instanceof WebAssembly.RuntimeError) library.ended = true;
    throw error;
  } finally {
    silent = false;
    // A file without a sound header is left open too, but never taken for another.
    if (opened && openFiles(library).length > before) library.held.add(fileIdentity(path));
  }
}

/** An instance that has not aborted and sees the file at this path as it is now. */
async function libraryFor(name: string, path: string): Promise<Library> {
  const asked = current ?? start();
  current = asked;
  const library = await asked;
  if (!library.ended && !library.held.has(fileIdentity(path))) return library;
  if (instances === MAX_INSTANCES) {
    throw new InputError(
      name,
      'cannot be read by this process: too many damaged HDF5 files came before it; start again without them',
    );
  }
  // Unless another reader has replaced it meanwhile.
  if (current === asked) {
    for (const file of openFiles(library)) library.h5.FS!.close(file);
    current = start();
  }
  return await libraryFor(name, path);
}

async function start(): Promise<Library> {
  instances++;
  const h5 = await loaded();
  // Faults become exceptions instead of pages on stderr.
  (await h5.ready).activate_throwing_error_handler();
  return { h5, held: new Set(), ended: false };
}

/** An instance keeps the console's function that it finds while it is made. */
async function loaded(): Promise<Hdf5> {
  const { error } = console;
  console.error = (...line: unknown[]) => {
    if (!silent) error.apply(console, line);
  };
  try {
    const h5: Hdf5 =
      instances === 1
        ? await import('h5wasm/node')
        : await import(`${import.meta.resolve('h5wasm/node')}?instance=${instances}`);
    await h5.ready;
    return h5;
  } finally {
    console.error = error;
  }
}

/** All that it has open, but for the three that every process has. */
function openFiles({ h5 }: Library): FS.FSStream[] {
  const { streams } = h5.FS as unknown as { streams: ((FS.FSStream & { fd: number }) | null)[] };
  return streams.filter(
    (stream) => stream !== null && stream !== undefined && stream.fd > 2,
  ) as FS.FSStream[];
}
