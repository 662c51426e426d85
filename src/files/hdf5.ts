/**
 * HDF5 by h5wasm: one dataset a column, side by side in the root or in one group; a two-dimensional dataset whose columns are
 * named beside it; a table of pandas; or a dataset [N, 12] or [N, 15] without names.
 *
 * h5wasm needs the file's path. Filters of HDF5 itself (gzip, shuffle, szip) are read, plug-ins (Blosc, LZF) are not.
 */
import type { Dataset, Entity, File, Group } from 'h5wasm/node';
import { InputError, RunError } from '../errors.js';
import { columnsOf, STAGES } from '../jets/columns.js';
import type { NumericArray } from '../jets/numeric-array.js';
import { fileIdentity } from './inputs-and-output.js';
import { type ByteSource, damagedError } from './source.js';
import { assumed, checkUnique, type TableFile, UNNAMED_COLUMNS } from './table-file.js';

type Hdf5 = typeof import('h5wasm/node');

/** Rows read at a time. */
const ROWS = 131_072;
/** What gzip packs at best. Rows beyond were declared and never written: HDF5 would make them up. */
const MAX_RATIO = 1032;
/** Groups deeper than that are not searched. */
const MAX_DEPTH = 4;
const JET_COLUMNS: ReadonlySet<string> = new Set(STAGES.flatMap(columnsOf));

/** @throws InputError where it is damaged or holds no table that is known, or more than one. */
export async function openHdf5(source: ByteSource): Promise<TableFile> {
  const { name, path } = source;
  if (path === undefined) throw new InputError(name, 'is HDF5, which is read from a path only');
  const { rows, columnNames, rowBytes, notes } = await withTable(name, path, ({ columns, ...table }) => ({
    ...table,
    columnNames: columns.map(([column]) => column),
    rowBytes: columns.reduce((sum, [, { dataset }]) => sum + dataset.metadata.size, 0),
  }));
  checkUnique(name, columnNames);
  if (rows > ROWS && rows * rowBytes > MAX_RATIO * source.size)
    throw new InputError(
      name,
      `declares ${rows} rows, more than its ${source.size} bytes can hold; write its datasets to the end`,
    );
  return {
    columnNames,
    rows,
    dropped: {},
    notes,
    async *batches(wanted) {
      for (let first = 0; first < rows; first += ROWS) {
        const end = Math.min(rows, first + ROWS);
        yield await withTable(name, path, ({ columns }) =>
          guarded(name, `rows ${first} to ${end}`, () => ({
            rows: end - first,
            columns: Object.fromEntries(
              wanted.map((column) => {
                const [, values] = columns.find(([found]) => found === column)!;
                return [column, numbersOf(values, first, end)];
              }),
            ),
          })),
        );
      }
    },
  };
}

/** Opens the file for one use of its table: one left open would be seen again, changed or not, by who opens it next. */
async function withTable<T>(name: string, path: string, use: (table: Found) => T): Promise<T> {
  return await withFile(name, path, (h5, file) => {
    const found = guarded(name, 'its groups', () => findTables(h5, file, 0));
    // An array without names may hold anything where there is one with names.
    const named = found.filter(({ notes }) => notes.length === 0);
    const [table, ...others] = named.length > 0 ? named : found;
    if (others.length > 0) {
      const places = [table!, ...others].map(({ place }) => place);
      throw new InputError(name, `has jets in ${places.join(' and in ')}; keep one of them in a file`);
    }
    if (table) return use(table);
    throw new InputError(
      name,
      `has no jets: neither datasets named ${columnsOf('gen').join(', ')} (or raw_…, reco_…) in one group nor one of shape [N, 12] or [N, 15]`,
    );
  });
}

/** Where a column's numbers are: a dataset [N], or a column of one [N, C]. */
interface Column {
  readonly dataset: Dataset;
  readonly place?: number;
}

interface Found {
  /** Path in the file. */
  readonly place: string;
  readonly rows: number;
  readonly columns: readonly (readonly [string, Column])[];
  readonly notes: readonly string[];
}

type Entries = readonly (readonly [string, Entity | null])[];

/** The tables of a group, or of the groups in it. */
function findTables(h5: Hdf5, group: Group, depth: number): Found[] {
  const entries = group
    .keys()
    .flatMap((name) => (isLink(group, name) ? [] : [[name, group.get(name)] as const]));
  const columns = columnsTable(h5, group, entries) ?? pandasTable(h5, group, entries);
  const found = columns ? [columns] : arrayTables(h5, group, entries);
  if (depth === MAX_DEPTH) return found;
  for (const [, entry] of entries)
    if (entry instanceof h5.Group) found.push(...findTables(h5, entry, depth + 1));
  return found;
}

/** A second name of what stands elsewhere in the file, or the name of something in another one, which is not followed. */
function isLink(group: Group, name: string): boolean {
  const path = `${group.path === '/' ? '' : group.path}/${name}`;
  return group.get_link(path) !== null || group.get_external_link(path).filename !== undefined;
}

/** A dataset a column, side by side. */
function columnsTable(h5: Hdf5, group: Group, entries: Entries): Found | undefined {
  const datasets = entries.filter(
    (entry): entry is [string, Dataset] => isNumeric(h5, entry[1]) && entry[1].shape?.length === 1,
  );
  const names = new Set(datasets.map(([name]) => name));
  if (!STAGES.some((stage) => columnsOf(stage).every((name) => names.has(name)))) return undefined;
  const rows = datasets.find(([name]) => JET_COLUMNS.has(name))![1].shape![0];
  const columns = datasets.filter(([, { shape }]) => shape![0] === rows);
  return {
    place: group.path,
    rows,
    columns: columns.map(([name, dataset]) => [name, { dataset }]),
    notes: [],
  };
}

/** The columns of an array [N, C], by their names. */
function columnsIn(dataset: Dataset, names: readonly string[]): [string, Column][] {
  return names.map((name, place) => [name, { dataset, place }]);
}

/** A frame in pandas' fixed format: for each type of number an array, block0_values, and its columns, block0_items. */
function pandasTable(h5: Hdf5, group: Group, entries: Entries): Found | undefined {
  const columns = entries.flatMap(([name, entry]) => {
    const items = /^block\d+_values$/.test(name) ? group.get(name.replace('values', 'items')) : null;
    if (!(isNumeric(h5, entry) && items instanceof h5.Dataset)) return [];
    const names = textsOf(items.value) ?? [];
    return entry.shape?.length === 2 && entry.shape[1] === names.length ? columnsIn(entry, names) : [];
  });
  if (!columns.some(([name]) => JET_COLUMNS.has(name))) return undefined;
  const rows = columns[0][1].dataset.shape![0];
  return { place: group.path, rows, columns, notes: [] };
}

/** Arrays [N, C]: with names beside them, or of 12 or 15 columns where no names are. */
function arrayTables(h5: Hdf5, group: Group, entries: Entries): Found[] {
  return entries.flatMap(([name, entry]): Found[] => {
    if (!isNumeric(h5, entry) || entry.shape?.length !== 2) return [];
    const [rows, width] = entry.shape;
    const place = `${group.path === '/' ? '' : group.path}/${name}`;
    const named = namesBeside(h5, group, entries, entry, width);
    const names = named ?? UNNAMED_COLUMNS[width];
    if (!names?.some((column) => JET_COLUMNS.has(column))) return [];
    const notes = named ? [] : [`${place} ${assumed(names)}`];
    return [{ place, rows, columns: columnsIn(entry, names), notes }];
  });
}

/** As many texts as an array has columns: in an attribute of it or of its group, or in a dataset beside it. */
function namesBeside(
  h5: Hdf5,
  group: Group,
  entries: Entries,
  dataset: Dataset,
  columns: number,
): string[] | undefined {
  const candidates: (() => unknown)[] = [
    ...Object.values(dataset.attrs).map((attribute) => () => attribute.value),
    ...Object.values(group.attrs).map((attribute) => () => attribute.value),
    ...entries.flatMap(([, entry]) =>
      !isNumeric(h5, entry) &&
      entry instanceof h5.Dataset &&
      entry.shape?.length === 1 &&
      entry.shape[0] === columns
        ? [() => entry.value]
        : [],
    ),
  ];
  for (const candidate of candidates) {
    const texts = textsOf(candidate());
    if (texts?.length === columns) return texts;
  }
  return undefined;
}

/** A list of texts, or a text that is one: "gen_pt, gen_eta" or '["gen_pt", "gen_eta"]'. */
function textsOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value.match(/[^\s,;"'[\]()]+/g) ?? undefined;
  if (!Array.isArray(value) || !value.every((text) => typeof text === 'string')) return undefined;
  return value.length === 1 ? textsOf(value[0]) : value.map((text) => text.replace(/\0+$/, ''));
}

/** Whether it is a dataset of integers or floats, by HDF5's classes H5T_class_t. */
function isNumeric(h5: Hdf5, entry: Entity | null): entry is Dataset {
  return entry instanceof h5.Dataset && entry.metadata.type <= 1 && !entry.metadata.vlen;
}

function numbersOf({ dataset, place }: Column, first: number, end: number): NumericArray {
  const column: [number, number][] = place === undefined ? [] : [[place, place + 1]];
  const found = dataset.slice([[first, end], ...column]) as NumericArray;
  if (!ArrayBuffer.isView(found) || found.length !== end - first)
    throw new Error(`a dataset has fewer than ${end - first} values`);
  return found;
}

/** The library, and what a damaged file may have spoiled of it for the rest of the process. */
interface Library {
  readonly h5: Hdf5;
  /** Files that it did not close, by device and inode: it would take a changed file for the one it knows. */
  readonly held: Set<string | undefined>;
  /** Whether its code aborted: nothing can be read with it afterwards. */
  ended: boolean;
}

let loading: Promise<Library> | undefined;
/** While its code runs over a file: it writes to the terminal about damages that end in an exception as well. */
let silent = false;

/** Opens the file at `path`, runs what uses it, and closes it, in one go. */
async function withFile<T>(name: string, path: string, use: (h5: Hdf5, file: File) => T): Promise<T> {
  loading ??= load();
  const library = await loading;
  const { h5, held } = library;
  if (library.ended || held.has(fileIdentity(path)))
    throw new InputError(name, 'cannot be read by this process after a damaged HDF5 file; start again');
  const before = openFiles(h5);
  let opened = false;
  silent = true;
  try {
    const file = guarded(name, 'its header', () => new h5.File(path, 'r'));
    opened = true;
    try {
      return inOneFile(name, h5, () => use(h5, file));
    } finally {
      guarded(name, 'its end', () => file.close());
    }
  } catch (error) {
    if ((error as Error).cause instanceof WebAssembly.RuntimeError) library.ended = true;
    throw error;
  } finally {
    silent = false;
    // A file without a sound header is left open too, but never taken for another.
    if (opened && openFiles(h5) > before) held.add(fileIdentity(path));
  }
}

/** Virtual datasets and external storage would take numbers out of other files, whose sha256 nobody sees. */
function inOneFile<T>(name: string, { FS }: Hdf5, read: () => T): T {
  const system = FS as unknown as {
    open(path: string, flags: number, ...rest: unknown[]): unknown;
    ErrnoError: new (code: number) => Error;
  };
  const { open } = system;
  let other: string | undefined;
  system.open = (path, flags, ...rest) => {
    // The library's own file for an error's text.
    if (flags & O_CREAT) return open.call(FS, path, flags, ...rest);
    other ??= path;
    throw new system.ErrnoError(ENOENT);
  };
  const refuse = (cause?: unknown) => {
    throw other === undefined
      ? cause
      : new InputError(name, `has numbers in another file, ${other}; write them all into one`, { cause });
  };
  try {
    const found = read();
    return other === undefined ? found : refuse();
  } catch (error) {
    return refuse(error);
  } finally {
    system.open = open;
  }
}

/** Numbers of Emscripten's system. */
const ENOENT = 44;
const O_CREAT = 64;

async function load(): Promise<Library> {
  // The module keeps the console's function that it finds while it is made.
  const { error } = console;
  console.error = (...line: unknown[]) => {
    if (!silent) error.apply(console, line);
  };
  silent = true;
  try {
    const h5 = await import('h5wasm/node');
    // Faults become exceptions instead of pages on stderr.
    (await h5.ready).activate_throwing_error_handler();
    return { h5, held: new Set(), ended: false };
  } catch (cause) {
    throw new RunError(
      'HDF5 is read by WebAssembly, which does not start here: raise the limit of virtual memory (ulimit -v), or convert the file elsewhere',
      { cause },
    );
  } finally {
    silent = false;
    console.error = error;
  }
}

/** How many files it has open. */
function openFiles({ FS }: Hdf5): number {
  const { streams } = FS as unknown as { streams: unknown[] };
  return streams.filter((stream) => stream !== null && stream !== undefined).length;
}

/** @throws InputError for what the library throws, as its cause. */
function guarded<T>(name: string, place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const problem = innermost(error instanceof Error ? error.message : String(error));
    throw damagedError(error, name, 'HDF5', place, problem);
  }
}

/** HDF5 tells a fault as a stack of a page; its last line says what is wrong. */
function innermost(message: string): string {
  return [...message.matchAll(/ in \w+\(\): (.*)/g)].at(-1)?.[1] ?? message.split('\n')[0]!;
}
