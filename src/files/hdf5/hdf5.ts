/**
 * HDF5 by h5wasm: one dataset a column, side by side in the root or in one group; or one dataset [N, 12] or [N, 15].
 *
 * h5wasm needs the file's path. Filters of HDF5 itself (gzip, shuffle, szip) are read, plug-ins (Blosc, LZF) are not.
 */
import type { Dataset, Entity, Group } from 'h5wasm/node';
import { InputError } from '../../errors.js';
import { columnsOf, STAGES } from '../../jets/columns.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import { type TableFile, UNNAMED_COLUMNS } from '../table-file.js';
import { guarded } from './fault.js';
import { type Hdf5, withFile } from './library.js';

/** Rows read at a time. */
const ROWS = 131_072;
/** What gzip packs at best. Rows beyond were declared and never written: HDF5 would make them up. */
const MAX_RATIO = 1032;
/** Groups deeper than that are not searched. */
const MAX_DEPTH = 4;

/** HDF5's classes of integers and floats, H5T_class_t. */
const NUMERIC_CLASSES = [0, 1];

/** @throws InputError where it is damaged or holds no table that is known. */
export async function openHdf5(source: ByteSource): Promise<TableFile> {
  const { path } = source;
  if (path === undefined) throw new InputError(source.name, 'is HDF5, which is read from a path alone');
  const { rows, columnNames, rowBytes } = await withTable(source.name, path, (table) => table);
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
        yield await withTable(source.name, path, ({ read }) =>
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
async function withTable<T>(name: string, path: string, use: (table: Found) => T): Promise<T> {
  return await withFile(name, path, (h5, file) => {
    const table = guarded(name, 'its groups', () => findTable(h5, file, 0));
    if (table) return use(table);
    throw new InputError(
      name,
      `has no jets: neither datasets named ${columnsOf('gen').join(', ')} (or raw_…, reco_…) in one group nor one of shape [N, 12] or [N, 15]`,
    );
  });
}

interface Found {
  readonly rows: number;
  /** Of all columns together, unpacked. */
  readonly rowBytes: number;
  readonly columnNames: readonly string[];
  read(name: string, first: number, end: number): NumericArray;
}

/** The first group, breadth by depth, that holds a table. */
function findTable(h5: Hdf5, group: Group, depth: number): Found | undefined {
  const entries = group.keys().map((name) => [name, group.get(name)] as const);
  const found = columnsTable(h5, entries) ?? arrayTable(h5, entries);
  if (found || depth === MAX_DEPTH) return found;
  for (const [, entry] of entries) {
    const inner = entry instanceof h5.Group ? findTable(h5, entry, depth + 1) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

type Entries = readonly (readonly [string, Entity | null])[];

function columnsTable(h5: Hdf5, entries: Entries): Found | undefined {
  const datasets = new Map<string, Dataset>();
  for (const [name, entry] of entries) {
    if (entry instanceof h5.Dataset && isNumeric(entry) && entry.shape?.length === 1)
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

function arrayTable(h5: Hdf5, entries: Entries): Found | undefined {
  for (const [, entry] of entries) {
    if (!(entry instanceof h5.Dataset) || !isNumeric(entry)) continue;
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
