/**
 * Parquet: columns of numbers, a row group at a time, by hyparquet.
 *
 * Memory is one row group of the columns asked for. Nothing that the file declares is trusted: sizes, counts and
 * positions are checked against what is there before memory is taken, the footer's here, the pages' in parquet-pages.ts.
 */
import {
  type CompressionCodec,
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
import { joined, type NumericArray } from '../jets/numeric-array.js';
import { unpackLz4Block } from './compression/lz4.js';
import { gunzip, unbrotli, unzstd } from './compression/zstd.js';
import { checkedPages, type Unpack } from './parquet-pages.js';
import { type ByteSource, guardedAs } from './source.js';
import { checkUnique, recordStages, type TableFile } from './table-file.js';

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
    const found = await parquetMetadataAsync(
      {
        byteLength: source.size,
        slice: async (start, end = source.size) => (await source.read(start, end)).buffer,
      },
      { geoparquet: false },
    );
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
    notes: recordStages([...leaves].filter(([, leaf]) => leaf.children.length > 0).map(([name]) => name)),
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

async function readChunk(source: ByteSource, group: RowGroup, name: string) {
  const column = group.columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === name);
  const meta = column?.meta_data;
  if (!meta || column.file_path) throw new Error('it is not in this file');
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  return { column, meta, bytes: await source.read(start, start + Number(meta.total_compressed_size)) };
}

async function decodeColumn(
  source: ByteSource,
  metadata: FileMetaData,
  group: RowGroup,
  { column, meta, bytes }: Awaited<ReturnType<typeof readChunk>>,
  leaf: SchemaTree,
  firstRow: number,
): Promise<NumericArray> {
  const { name, type, repetition_type: repetition } = leaf.element;
  const { Type, width } = numbersOf(leaf)!;
  if (meta.type !== type) throw new Error(`it holds ${meta.type} where ${type} is declared`);
  const rows = Number(group.num_rows);
  const unpack = meta.codec === 'UNCOMPRESSED' ? undefined : await unpackerOf(meta.codec);
  const pages = checkedPages(bytes, { rows, width, optional: repetition === 'OPTIONAL', unpack });
  const pieces: DecodedArray[] = [];
  await parquetRead({
    // It asks for these bytes and no others.
    file: { byteLength: source.size, slice: () => bytes.buffer },
    metadata: { ...metadata, num_rows: group.num_rows, row_groups: [{ ...group, columns: [column] }] },
    columns: [name],
    compressors: { [meta.codec]: () => pages.shift()! },
    onChunk: ({ columnData }) => pieces.push(columnData),
  });
  const found = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (found !== rows) throw new Error(`it has ${found} values, not one for each of ${rows} rows`);
  if (pieces.every((piece) => piece.constructor === Type)) return joined(pieces as NumericArray[]);
  return numbersFrom(pieces, rows, Type, (row) => {
    const problem = `row ${firstRow + row}: no number in column "${name}" (missing); drop such rows`;
    return new InputError(source.name, problem);
  });
}

const UNPACK: Partial<Record<CompressionCodec, Unpack | undefined>> = {
  ZSTD: unzstd,
  GZIP: gunzip,
  BROTLI: unbrotli,
  SNAPPY(packed, size) {
    const page = new Uint8Array(size);
    snappyUncompress(packed, page);
    return page;
  },
  LZ4_RAW(packed, size) {
    const page = new Uint8Array(size);
    return page.subarray(0, unpackLz4Block(packed, page, 0));
  },
};

async function unpackerOf(codec: CompressionCodec): Promise<Unpack> {
  // The package's own Snappy is WebAssembly, which is started by the import.
  const unpack = UNPACK[codec] ?? (await import('hyparquet-compressors')).compressors[codec];
  if (unpack === undefined) throw new Error(`compression ${codec} is not read`);
  return unpack;
}

type NumericType = new (length: number) => NumericArray;

/** Bytes of a number that is stored as it is, at least; its type, and that of whole numbers without sign. */
const NUMBERS: Partial<Record<string, readonly [number, NumericType, NumericType?]>> = {
  FLOAT: [4, Float32Array],
  DOUBLE: [8, Float64Array],
  INT32: [4, Int32Array, Uint32Array],
  INT64: [8, BigInt64Array, BigUint64Array],
  BOOLEAN: [1 / 8, Uint8Array],
};

/** How a column's numbers are stored; undefined where it holds text, times, lists. */
function numbersOf({ element, children }: SchemaTree): { width: number; Type: NumericType } | undefined {
  const { type = '', type_length: length, converted_type: converted, logical_type: logical } = element;
  if (children.length > 0 || element.repetition_type === 'REPEATED') return undefined;
  if (logical?.type === 'FLOAT16') return length === 2 ? { width: 2, Type: Float32Array } : undefined;
  const [width, Signed, Unsigned = Signed] = NUMBERS[type] ?? [];
  if (converted === 'DECIMAL') {
    const bytes = type === 'FIXED_LEN_BYTE_ARRAY' ? length : type === 'BYTE_ARRAY' ? 4 : width;
    return bytes ? { width: bytes, Type: Float64Array } : undefined;
  }
  if ((logical && logical.type !== 'INTEGER') || (converted && !converted.includes('INT_'))) return undefined;
  const unsigned = converted?.startsWith('UINT') ?? (logical?.type === 'INTEGER' && !logical.isSigned);
  const Type = unsigned ? Unsigned : Signed;
  return width && Type ? { width, Type } : undefined;
}

/**
 * The pieces of a column as one array. A missing value is NaN, as pandas writes NaN; a column of whole numbers that
 * lacks some becomes one of doubles.
 *
 * @param refuse makes the error for a missing value of 64 bits, which a double may round.
 */
function numbersFrom(
  pieces: readonly DecodedArray[],
  rows: number,
  Type: NumericType,
  refuse: (row: number) => Error,
): NumericArray {
  let out = new Type(rows);
  let row = 0;
  for (const piece of pieces)
    for (const value of piece) {
      if (value === undefined) throw new Error('it refers to a value that its dictionary lacks');
      if (value === null) {
        if (out instanceof BigInt64Array || out instanceof BigUint64Array) throw refuse(row);
        if (!(out instanceof Float32Array)) out = Float64Array.from(out);
      }
      out[row++] = value ?? Number.NaN;
    }
  return out;
}
