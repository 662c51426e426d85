/**
 * HDF5 by h5wasm: one dataset a column, side by side in the root or in one group; or one dataset [N, 12] or [N, 15].
 *
 * h5wasm needs the file's path. Filters of HDF5 itself (gzip, shuffle, szip) are read, plug-ins (Blosc, LZF) are not.
 */
import { type Dataset, type Entity, File, Dataset as H5Dataset, Group as H5Group, ready } from 'h5wasm/node';
import { InputError, JetIqnError } from '../../errors.js';
import { columnsOf, STAGES } from '../../jets/columns.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import type { TableFile } from '../table-file.js';
import { UNNAMED_COLUMNS } from '../unnamed-columns.js';

/** Rows read at a time. */
const ROWS = 131_072;
/** What gzip packs at best. Rows beyond were declared and never written: HDF5 would make them up. */
const MAX_RATIO = 1032;
/** Groups deeper than that are not searched. */
const MAX_DEPTH = 4;

/** HDF5's classes of integers and floats, H5T_class_t. */
const NUMERIC_CLASSES = [0, 1];

/**
 * The file over which the library's own code gave up: it aborts rather than tell of some damages, and nothing can be read
 * with it afterwards.
 */
let endedOver: string | undefined;

/** @throws InputError where it is damaged or holds no table that is known. */
export async function openHdf5(source: ByteSource): Promise<TableFile> {
  const { path } = source;
  if (endedOver !== undefined)
    throw new InputError(
      source.name,
      `cannot be read by this process: HDF5's library ended over ${endedOver}, which is damaged; start again without it`,
    );
  if (path === undefined) throw new InputError(source.name, 'is HDF5, which is read from a path alone');
  // Faults become exceptions instead of pages on stderr.
  (await ready).activate_throwing_error_handler();
  const { rows, columnNames, rowBytes } = withTable(source.name, path, (table) => table);
  if (rows > ROWS && rows * rowBytes > MAX_RATIO * source.size) {
    throw new InputError(
      source.name,
      `declares ${rows} rows, more than its ${source.size} bytes can hold; write its datasets to the end`,
    );
  }
  return {
    columnNames,
    rows,
    dropped: {},
    async *batches(columns) {
      for (let first = 0; first < rows; first += ROWS) {
        const end = Math.min(rows, first + ROWS);
        yield withTable(source.name, path, ({ read }) =>
          guarded(source.name, `rows ${first} to ${end}`, () => ({
            rows: end - first,
            columns: Object.fromEntries(columns.map((name) => [name, read(name, first, end)])),
          })),
        );
      }
    },
  };
}

/** Opens the file for one use of its table: one left open would be seen again, changed or not, by who opens it next. */
function withTable<T>(name: string, path: string, use: (table: Found) => T): T {
  const file = guarded(name, 'its header', () => new File(path, 'r'));
  try {
    const table = guarded(name, 'its groups', () => findTable(file, 0));
    if (table) return use(table);
  } finally {
    guarded(name, 'its end', () => file.close());
  }
  throw new InputError(
    name,
    `has no jets: neither datasets named ${columnsOf('gen').join(', ')} (or raw_…, reco_…) in one group nor one of shape [N, 12] or [N, 15]`,
  );
}

interface Found {
  readonly rows: number;
  /** Of all columns together, unpacked. */
  readonly rowBytes: number;
  readonly columnNames: readonly string[];
  read(name: string, first: number, end: number): NumericArray;
}

/** The first group, breadth by depth, that holds a table. */
function findTable(group: H5Group, depth: number): Found | undefined {
  const entries = group.keys().map((name) => [name, group.get(name)] as const);
  const found = columnsTable(entries) ?? arrayTable(entries);
  if (found || depth === MAX_DEPTH) return found;
  for (const [, entry] of entries) {
    const inner = entry instanceof H5Group ? findTable(entry, depth + 1) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

type Entries = readonly (readonly [string, Entity | null])[];

function columnsTable(entries: Entries): Found | undefined {
  const datasets = new Map<string, Dataset>();
  for (const [name, entry] of entries) {
    if (entry instanceof H5Dataset && isNumeric(entry) && entry.shape?.length === 1)
      datasets.set(name, entry);
  }
  if (!STAGES.some((stage) => columnsOf(stage).every((name) => datasets.has(name)))) return undefined;
  const rows = datasets.get(STAGES.flatMap(columnsOf).find((name) => datasets.has(name))!)!.shape![0]!;
  const columns = [...datasets].filter(([, dataset]) => dataset.shape![0] === rows);
  return {
    rows,
    rowBytes: columns.reduce((sum, [, { metadata }]) => sum + metadata.size, 0),
    columnNames: columns.map(([name]) => name),
    read: (name, first, end) => values(datasets.get(name)!, [[first, end]], end - first),
  };
}

function arrayTable(entries: Entries): Found | undefined {
  for (const [, entry] of entries) {
    if (!(entry instanceof H5Dataset) || !isNumeric(entry)) continue;
    const [rows, columns, ...more] = entry.shape ?? [];
    const names = UNNAMED_COLUMNS[columns ?? 0];
    if (rows === undefined || names === undefined || more.length > 0) continue;
    return {
      rows,
      rowBytes: entry.metadata.size * names.length,
      columnNames: names,
      read(name, first, end) {
        const column = names.indexOf(name);
        return values(
          entry,
          [
            [first, end],
            [column, column + 1],
          ],
          end - first,
        );
      },
    };
  }
  return undefined;
}

function isNumeric(dataset: Dataset): boolean {
  const { type, vlen } = dataset.metadata;
  return NUMERIC_CLASSES.includes(type) && !vlen;
}

function values(dataset: Dataset, ranges: [number, number][], count: number): NumericArray {
  const found = dataset.slice(ranges) as NumericArray;
  if (!ArrayBuffer.isView(found) || found.length !== count)
    throw new Error(`a dataset has fewer than ${count} values`);
  return found;
}

function guarded<T>(name: string, place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    if (error instanceof WebAssembly.RuntimeError) endedOver = name;
    const problem = innermost(error instanceof Error ? error.message : String(error));
    throw new InputError(name, `damaged, or of a kind of HDF5 that is not read, in ${place}: ${problem}`, {
      cause: error,
    });
  }
}

/** HDF5 tells a fault as a stack of a page; its last line says what is wrong. */
function innermost(message: string): string {
  return [...message.matchAll(/ in \w+\(\): (.*)/g)].at(-1)?.[1] ?? message.split('\n')[0]!;
}
