/**
 * Parquet: columns of numbers, a row group at a time. hyparquet reads the footer, chunk.ts the columns.
 *
 * Memory is one row group of the columns asked for. Nothing that the file declares is believed: sizes, counts and
 * positions are checked against what is there before memory is taken.
 */
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { InputError, JetIqnError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import type { TableFile } from '../table-file.js';
import { decodeChunk, MissingValue, type Physical } from './chunk.js';
import { openSpans, type Span, type Spans } from './spans.js';

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
  const { metadata, leaves } = await guarded(source.name, 'its footer', 0, async () => {
    const found = await parquetMetadataAsync(asyncBuffer(source));
    checkRows(source.name, found);
    return { metadata: found, leaves: leavesOf(source.name, found) };
  });
  const decompressors = { ...compressors, ...unpack };
  return {
    columnNames: [...leaves].filter(([, leaf]) => numbersOf(leaf) !== undefined).map(([name]) => name),
    rows: Number(metadata.num_rows),
    dropped: {},
    async *batches(columns) {
      const groups = metadata.row_groups.filter((group) => group.num_rows > 0);
      const placeOf = (group: RowGroup) => `row group ${metadata.row_groups.indexOf(group)}`;
      let firstRow = 0;
      const open = (group: RowGroup | undefined) =>
        group &&
        guarded(source.name, placeOf(group), firstRow, async () =>
          openSpans(source, chunksOf(group, columns).map(spanOf)),
        );
      let spans = await open(groups[0]);
      for (const [index, group] of groups.entries()) {
        const here = spans!;
        const batch: Record<string, NumericArray> = {};
        for (const column of columns) {
          const place = `column "${column}" of ${placeOf(group)}`;
          batch[column] = await guarded(source.name, place, firstRow, () =>
            readColumn(here, group, column, leaves.get(column)!, decompressors),
          );
          // Once the first bytes are there: the next ones come while these are decoded.
          if (spans === here) spans = await open(groups[index + 1]);
        }
        const rows = Number(group.num_rows);
        yield { rows, columns: batch };
        firstRow += rows;
      }
    },
  };
}

/** The columns that are no groups of columns, by name. */
function leavesOf(name: string, metadata: FileMetaData): Map<string, SchemaTree> {
  const leaves = new Map<string, SchemaTree>();
  for (const leaf of parquetSchema(metadata).children) {
    if (leaves.has(leaf.element.name)) {
      throw new InputError(name, `has two columns named "${leaf.element.name}"; rename one`);
    }
    leaves.set(leaf.element.name, leaf);
  }
  return leaves;
}

/** The chunks of columns that have one in this file. */
function chunksOf(group: RowGroup, columns: readonly string[]): ColumnMetaData[] {
  return columns.flatMap((column) => chunkOf(group, column) ?? []);
}

function chunkOf(group: RowGroup, column: string): ColumnMetaData | undefined {
  const chunk = group.columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === column);
  return chunk?.file_path ? undefined : chunk?.meta_data;
}

function spanOf(meta: ColumnMetaData): Span {
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  return { start, end: start + Number(meta.total_compressed_size) };
}

async function readColumn(
  spans: Spans,
  group: RowGroup,
  column: string,
  leaf: SchemaTree,
  decompressors: Compressors,
): Promise<NumericArray> {
  const meta = chunkOf(group, column);
  if (!meta) throw new Error('it is not in this file');
  const bytes = await spans.read(spanOf(meta));
  const numbers = numbersOf(leaf)!;
  const physical: Physical = {
    type: numbers.type,
    optional: leaf.element.repetition_type === 'OPTIONAL',
    codec: meta.codec,
  };
  return decodeChunk(bytes, physical, Number(group.num_rows), numbers.empty, decompressors);
}

interface Numbers {
  readonly type: Physical['type'];
  readonly empty: (length: number) => NumericArray;
}

/** How a column's numbers are stored; undefined where it holds text, times, decimals, lists. */
function numbersOf({ element, children }: SchemaTree): Numbers | undefined {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  if (children.length > 0 || repetition === 'REPEATED') return undefined;
  if (logical?.type === 'FLOAT16') {
    return element.type_length === 2
      ? { type: 'HALF', empty: (length) => new Float32Array(length) }
      : undefined;
  }
  if ((logical && logical.type !== 'INTEGER') || (converted && !converted.includes('INT_'))) return undefined;
  const unsigned = converted?.startsWith('UINT') ?? false;
  switch (type) {
    case 'FLOAT':
      return { type, empty: (length) => new Float32Array(length) };
    case 'DOUBLE':
      return { type, empty: (length) => new Float64Array(length) };
    case 'INT32':
      return { type, empty: (length) => (unsigned ? new Uint32Array(length) : new Int32Array(length)) };
    case 'INT64':
      return { type, empty: (length) => (unsigned ? new BigUint64Array(length) : new BigInt64Array(length)) };
    case 'BOOLEAN':
      return { type, empty: (length) => new Uint8Array(length) };
    default:
      return undefined;
  }
}

function checkRows(name: string, metadata: FileMetaData): void {
  let rows = 0;
  for (const group of metadata.row_groups) {
    if (!(group.num_rows >= 0)) throw new InputError(name, `damaged: a row group of ${group.num_rows} rows`);
    rows += Number(group.num_rows);
  }
  const declared = Number(metadata.num_rows);
  if (rows !== declared) {
    throw new InputError(name, `damaged: its footer declares ${declared} rows, its row groups ${rows}`);
  }
}

function asyncBuffer(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      return (await source.read(start, end)).buffer;
    },
  };
}

/** Turns what is thrown on a damaged file into one line that names file and place. */
async function guarded<T>(name: string, place: string, firstRow: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    if (error instanceof MissingValue) {
      throw new InputError(
        name,
        `row ${firstRow + error.row}: no number in ${place} (missing); drop such rows`,
      );
    }
    const { message } = error as Error;
    throw new InputError(name, `damaged, or of a kind of Parquet that is not read, in ${place}: ${message}`, {
      cause: error,
    });
  }
}
