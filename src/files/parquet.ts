/**
 * Parquet: columns of numbers, a row group at a time, by hyparquet.
 *
 * Memory is one row group of the columns asked for. Nothing that the file declares is believed: sizes, counts and
 * positions are checked against what is there before memory is taken, the footer's here, the pages' in parquet-pages.ts.
 */
import {
  type AsyncBuffer,
  type ColumnChunk,
  type ColumnMetaData,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
  snappyUncompress,
} from 'hyparquet';
import { InputError } from '../errors.js';
import type { NumericArray } from '../jets/numeric-array.js';
import { unpackLz4Block } from './compression/lz4.js';
import { gunzip, unbrotli, unzstd } from './compression/zstd.js';
import { checkedPages, type Unpack } from './parquet-pages.js';
import { type ByteSource, guardedAs } from './source.js';
import { checkUnique, type TableFile } from './table-file.js';

/** More rows than that are believed only of files that have a byte for every eight of them. */
const MOST_ROWS_UNSEEN = 2 ** 20;
const MOST_ROWS_A_BYTE = 8;

const guarded = guardedAs('Parquet');

/**
 * Opens a Parquet file.
 *
 * @throws InputError where it is damaged, naming the place.
 */
export async function openParquet(source: ByteSource): Promise<TableFile> {
  const { metadata, leaves } = await guarded(source.name, 'its footer', async () => {
    const found = await parquetMetadataAsync(asyncBuffer(source), { geoparquet: false });
    checkRows(source, found);
    const children = parquetSchema(found).children;
    checkUnique(
      source.name,
      children.map(({ element }) => element.name),
    );
    return { metadata: found, leaves: new Map(children.map((leaf) => [leaf.element.name, leaf])) };
  });
  return {
    columnNames: [...leaves].filter(([, leaf]) => numbersOf(leaf) !== undefined).map(([name]) => name),
    flags: [...leaves].filter(([, leaf]) => leaf.element.type === 'BOOLEAN').map(([name]) => name),
    rows: Number(metadata.num_rows),
    dropped: {},
    async *batches(columns) {
      let firstRow = 0;
      for (const [index, group] of metadata.row_groups.entries()) {
        const rows = Number(group.num_rows);
        if (rows === 0) continue;
        // All at once: the next column comes while this one is decoded.
        const chunks = columns.map((column) => readChunk(source, group, column));
        for (const chunk of chunks) chunk.catch(() => {});
        const batch: Record<string, NumericArray> = {};
        for (const [place, column] of columns.entries())
          batch[column] = await guarded(source.name, `column "${column}" of row group ${index}`, async () =>
            decodeColumn(source, metadata, group, await chunks[place]!, leaves.get(column)!, firstRow),
          );
        yield { rows, columns: batch };
        firstRow += rows;
      }
    },
  };
}

function checkRows({ name, size }: ByteSource, metadata: FileMetaData): void {
  let rows = 0;
  for (const group of metadata.row_groups) {
    if (!(group.num_rows >= 0)) throw new InputError(name, `damaged: a row group of ${group.num_rows} rows`);
    rows += Number(group.num_rows);
  }
  const declared = Number(metadata.num_rows);
  if (rows !== declared) {
    throw new InputError(name, `damaged: its footer declares ${declared} rows, its row groups ${rows}`);
  }
  if (rows > Math.max(MOST_ROWS_UNSEEN, MOST_ROWS_A_BYTE * size)) {
    throw new InputError(name, `damaged: declares ${rows} rows, more than its ${size} bytes can hold`);
  }
}

interface Chunk {
  readonly column: ColumnChunk;
  readonly meta: ColumnMetaData;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function readChunk(source: ByteSource, group: RowGroup, name: string): Promise<Chunk> {
  const column = group.columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === name);
  const meta = column?.meta_data;
  if (!column || !meta || column.file_path) throw new Error('it is not in this file');
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  return { column, meta, bytes: await source.read(start, start + Number(meta.total_compressed_size)) };
}

async function decodeColumn(
  source: ByteSource,
  metadata: FileMetaData,
  group: RowGroup,
  { column, meta, bytes }: Chunk,
  leaf: SchemaTree,
  firstRow: number,
): Promise<NumericArray> {
  const { name } = leaf.element;
  const { empty, width } = numbersOf(leaf)!;
  const optional = leaf.element.repetition_type === 'OPTIONAL';
  if (meta.type !== leaf.element.type)
    throw new Error(`it holds ${meta.type} where ${leaf.element.type} is declared`);
  const rows = Number(group.num_rows);
  const pages = checkedPages(bytes, { rows, width, optional, unpack: await unpackerOf(meta.codec) });
  const pieces: DecodedArray[] = [];
  await parquetRead({
    // It asks for these bytes and no others.
    file: { byteLength: source.size, slice: () => bytes.buffer },
    metadata: { ...metadata, num_rows: group.num_rows, row_groups: [{ ...group, columns: [column] }] },
    columns: [name],
    compressors: { [meta.codec]: () => pages.shift()! },
    onChunk: ({ columnData }) => pieces.push(columnData),
  });
  return gathered(pieces, rows, empty, (row) => missing(source.name, name, firstRow + row));
}

/** Undefined where nothing is packed. */
async function unpackerOf(codec: ColumnMetaData['codec']): Promise<Unpack | undefined> {
  switch (codec) {
    case 'UNCOMPRESSED':
      return undefined;
    case 'ZSTD':
      return unzstd;
    case 'SNAPPY':
      return (packed, size) => {
        const page = new Uint8Array(size);
        snappyUncompress(packed, page);
        return page;
      };
    case 'LZ4_RAW':
      return (packed, size) => {
        const page = new Uint8Array(size);
        return page.subarray(0, unpackLz4Block(packed, page, 0));
      };
    case 'GZIP':
      if (gunzip) return gunzip;
      break;
    case 'BROTLI':
      if (unbrotli) return unbrotli;
  }
  // Its own Snappy is WebAssembly, which is started by the import.
  const unpack = (await import('hyparquet-compressors')).compressors[codec];
  if (unpack === undefined) throw new Error(`compression ${codec} is not read`);
  return unpack;
}

interface Numbers {
  /** Bytes of a number that is stored as it is, at least. */
  readonly width: number;
  empty(length: number): NumericArray;
}

/** How a column's numbers are stored; undefined where it holds text, times, lists. */
function numbersOf({ element, children }: SchemaTree): Numbers | undefined {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  if (children.length > 0 || repetition === 'REPEATED') return undefined;
  if (logical?.type === 'FLOAT16') {
    return element.type_length === 2 ? { width: 2, empty: (length) => new Float32Array(length) } : undefined;
  }
  if (converted === 'DECIMAL') {
    const widths: Partial<Record<string, number>> = {
      INT32: 4,
      INT64: 8,
      FIXED_LEN_BYTE_ARRAY: element.type_length,
      BYTE_ARRAY: 4,
    };
    const width = widths[type ?? ''];
    return width ? { width, empty: (length) => new Float64Array(length) } : undefined;
  }
  if ((logical && logical.type !== 'INTEGER') || (converted && !converted.includes('INT_'))) return undefined;
  const unsigned = converted?.startsWith('UINT') ?? (logical?.type === 'INTEGER' && !logical.isSigned);
  switch (type) {
    case 'FLOAT':
      return { width: 4, empty: (length) => new Float32Array(length) };
    case 'DOUBLE':
      return { width: 8, empty: (length) => new Float64Array(length) };
    case 'INT32':
      return { width: 4, empty: (length) => (unsigned ? new Uint32Array(length) : new Int32Array(length)) };
    case 'INT64':
      return {
        width: 8,
        empty: (length) => (unsigned ? new BigUint64Array(length) : new BigInt64Array(length)),
      };
    case 'BOOLEAN':
      return { width: 1 / 8, empty: (length) => new Uint8Array(length) };
    default:
      return undefined;
  }
}

/**
 * The pieces of a column as one array. A missing value is NaN, as pandas writes NaN; a column of whole numbers that
 * lacks some becomes one of doubles.
 *
 * @param refuse makes the error for a missing value of 64 bits, which a double may round.
 */
function gathered(
  pieces: readonly DecodedArray[],
  rows: number,
  empty: Numbers['empty'],
  refuse: (row: number) => Error,
): NumericArray {
  const found = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (found !== rows) throw new Error(`it has ${found} values, not one for each of ${rows} rows`);
  let out = empty(rows);
  if (pieces.length === 1 && pieces[0]!.constructor === out.constructor) return pieces[0] as NumericArray;
  let at = 0;
  for (const piece of pieces) {
    if (!Array.isArray(piece)) (out as Float64Array).set(piece as Float64Array, at);
    else
      for (let row = 0; row < piece.length; row++) {
        const value = piece[row];
        if (value === undefined) throw new Error('it refers to a value that its dictionary lacks');
        if (value === null) {
          if (out instanceof BigInt64Array || out instanceof BigUint64Array) throw refuse(at + row);
          if (!(out instanceof Float32Array || out instanceof Float64Array)) out = Float64Array.from(out);
          out[at + row] = Number.NaN;
        } else out[at + row] = value;
      }
    at += piece.length;
  }
  return out;
}

function missing(name: string, column: string, row: number): InputError {
  return new InputError(name, `row ${row}: no number in column "${column}" (missing); drop such rows`);
}

function asyncBuffer(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      return (await source.read(start, end)).buffer;
    },
  };
}
