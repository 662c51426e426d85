/**
 * Parquet: columns of numbers, a row group at a time, decoded by hyparquet page by page straight into typed arrays.
 *
 * Memory is one row group of the columns asked for. Nothing that the file declares is believed: sizes, counts and
 * positions are checked against what is there before memory is taken.
 */
import {
  type AsyncBuffer,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { InputError, JetIqnError } from '../errors.js';
import type { ByteSource } from './source.js';
import type { NumericArray, TableBatch, TableFile } from './table-file.js';

/** The largest page that is unpacked [bytes]. Writers make pages of about 1 MiB, some one page a row group. */
const MAX_PAGE_BYTES = 2 ** 29;

/** Unpacks `bytes` to exactly `size` bytes. */
export type Decompress = (bytes: Uint8Array, size: number) => Uint8Array;

/**
 * Opens a Parquet file.
 *
 * @param unpack faster decompressors than hyparquet's own, by codec ("ZSTD").
 * @throws InputError where it is damaged, naming the place.
 */
export async function openParquet(
  source: ByteSource,
  unpack: Readonly<Partial<Record<keyof Compressors, Decompress>>> = {},
): Promise<TableFile> {
  const file = asyncBuffer(source);
  const metadata = await guarded(source.name, 'its footer', async () => {
    const found = await parquetMetadataAsync(file);
    checkRows(source.name, found);
    return found;
  });
  const leaves = new Map<string, SchemaTree>();
  for (const leaf of parquetSchema(metadata).children) {
    if (leaves.has(leaf.element.name)) {
      throw new InputError(source.name, `has two columns named "${leaf.element.name}"; rename one`);
    }
    leaves.set(leaf.element.name, leaf);
  }
  const decompressors = boundedCompressors({ ...compressors, ...unpack });
  return {
    columnNames: [...leaves.keys()].filter((name) => emptyColumn(leaves.get(name)!, 0) !== undefined),
    rows: Number(metadata.num_rows),
    dropped: {},
    async *batches(columns) {
      for (const [index, group] of metadata.row_groups.entries()) {
        if (Number(group.num_rows) === 0) continue;
        const place = `row group ${index}`;
        yield await guarded(source.name, place, () =>
          readRowGroup(source.name, file, { ...metadata, row_groups: [group] }, group, columns, {
            place,
            leaves,
            compressors: decompressors,
          }),
        );
      }
    },
  };
}

interface Reading {
  readonly place: string;
  readonly leaves: ReadonlyMap<string, SchemaTree>;
  readonly compressors: Compressors;
}

async function readRowGroup(
  name: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  columns: readonly string[],
  { place, leaves, compressors }: Reading,
): Promise<TableBatch> {
  const rows = Number(group.num_rows);
  const out: Record<string, NumericArray> = {};
  const filled: Record<string, number> = {};
  for (const column of columns) {
    // Grown page by page: a damaged file may declare more rows than memory holds.
    out[column] = emptyColumn(leaves.get(column)!, Math.min(rows, 2 ** 22))!;
    filled[column] = 0;
  }
  await parquetRead({
    file,
    metadata,
    columns: [...columns],
    compressors,
    onPage({ pathInSchema, columnData, rowStart, rowEnd }) {
      const column = pathInSchema[0]!;
      if (rowStart !== filled[column] || rowEnd > rows) {
        throw new InputError(name, `damaged: ${place} has more values in column "${column}" than rows`);
      }
      out[column] = withRoom(out[column]!, rowEnd, rows);
      copyPage(name, out[column], columnData, rowStart, `column "${column}" of ${place}`);
      filled[column] = rowEnd;
    },
  });
  for (const column of columns) {
    if (filled[column] !== rows) {
      throw new InputError(
        name,
        `damaged: column "${column}" of ${place} ends after ${filled[column]} of ${rows} rows`,
      );
    }
    out[column] = out[column]!.subarray(0, rows);
  }
  return { rows, columns: out };
}

/** An array for a column's type; undefined where its values are not single numbers. */
function emptyColumn(leaf: SchemaTree, rows: number): NumericArray | undefined {
  const { type, converted_type: converted, logical_type: logical } = leaf.element;
  if (leaf.children.length > 0 || leaf.element.repetition_type === 'REPEATED') return undefined;
  if (logical && !['INTEGER', 'FLOAT16', 'DECIMAL'].includes(logical.type)) return undefined;
  if (converted === 'DECIMAL') return new Float64Array(rows);
  if (logical?.type === 'FLOAT16') return new Float32Array(rows);
  if (converted && !converted.includes('INT_')) return undefined;
  const unsigned = converted?.startsWith('UINT') ?? false;
  switch (type) {
    case 'FLOAT':
      return new Float32Array(rows);
    case 'DOUBLE':
      return new Float64Array(rows);
    case 'INT32':
      return unsigned ? new Uint32Array(rows) : new Int32Array(rows);
    case 'INT64':
      return unsigned ? new BigUint64Array(rows) : new BigInt64Array(rows);
    case 'BOOLEAN':
      return new Uint8Array(rows);
    default:
      return undefined;
  }
}

/** `column` where it holds `needed` rows, else a longer copy of it (at most `rows` long). */
function withRoom(column: NumericArray, needed: number, rows: number): NumericArray {
  if (needed <= column.length) return column;
  const longer = new (column.constructor as new (length: number) => NumericArray)(
    Math.min(rows, Math.max(needed, 2 * column.length)),
  );
  (longer as Float64Array).set(column as Float64Array);
  return longer;
}

/** Copies a page; pages with dictionaries or missing values come as plain arrays. */
function copyPage(name: string, out: NumericArray, page: DecodedArray, offset: number, place: string): void {
  if (ArrayBuffer.isView(page)) {
    (out as Float64Array).set(page as unknown as Float64Array, offset);
    return;
  }
  for (let row = 0; row < page.length; row++) {
    const value = page[row];
    if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') {
      throw new InputError(
        name,
        `has no number in ${place}, ${offset + row} rows into it (missing value); drop such rows`,
      );
    }
    out[offset + row] = typeof value === 'boolean' ? Number(value) : value;
  }
}

function checkRows(name: string, metadata: FileMetaData): void {
  let rows = 0;
  for (const group of metadata.row_groups) rows += Number(group.num_rows);
  const declared = Number(metadata.num_rows);
  if (rows !== declared || declared < 0) {
    throw new InputError(name, `damaged: its footer declares ${declared} rows, its row groups ${rows}`);
  }
}

/** Refuses pages that declare more than {@link MAX_PAGE_BYTES}: a few bytes can claim to unpack to gigabytes. */
function boundedCompressors(all: Compressors): Compressors {
  return Object.fromEntries(
    Object.entries(all).map(([codec, unpack]) => [
      codec,
      (bytes: Uint8Array, size: number) => {
        if (!(size >= 0 && size <= MAX_PAGE_BYTES)) {
          throw new Error(
            `a page of ${size} bytes; at most ${MAX_PAGE_BYTES} are read: write smaller row groups`,
          );
        }
        return unpack(bytes, size);
      },
    ]),
  );
}

function asyncBuffer(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      return (await source.read(start, end)).buffer;
    },
  };
}

/** Turns what hyparquet throws on a damaged file into one line that names file and place. */
async function guarded<T>(name: string, place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const { message } = error as Error;
    throw new InputError(name, `damaged, or of a kind of Parquet that is not read, in ${place}: ${message}`, {
      cause: error,
    });
  }
}
