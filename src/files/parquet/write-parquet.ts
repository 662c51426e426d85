import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { Zstd } from '../compression/zstd.js';
import {
  bytesOfColumn,
  type ColumnSpec,
  type ColumnType,
  type EncodedRows,
  rowsOf,
  type TableEncoding,
  type TableMetadata,
  type TableSchema,
} from '../table-encoding.js';
import { type Chunk, fileMetadata, isFloat } from './footer.js';

const MAGIC = 0x31524150; // PAR1
export const ZSTD_LEVEL = 1;

export interface ParquetOptions {
  /** Level of zstd, in [-7, 22]. */
  readonly level?: number;
}

export function parquetEncoding(
  schema: TableSchema,
  metadata: TableMetadata,
  zstd: Zstd,
  { level = ZSTD_LEVEL }: ParquetOptions = {},
): TableEncoding {
  return {
    schema,
    head() {
      const writer = new ByteWriter(4);
      writer.appendUint32(MAGIC);
      return writer.getBytes();
    },
    encode(columns) {
      const rows = rowsOf(schema, columns);
      const writer = new ByteWriter(1 << 16);
      const chunks = schema.map((column) =>
        writeChunk(writer, column, columns[column.name]!, rows, zstd, level),
      );
      return { rows, bytes: writer.getBytes().slice(), note: chunks } satisfies EncodedRows;
    },
    tail(parts) {
      const writer = new ByteWriter(1 << 16);
      writeMetadata(writer, fileMetadata(schema, metadata, parts));
      writer.appendUint32(MAGIC);
      return writer.getBytes();
    },
  };
}

function writeChunk(
  writer: ByteWriter,
  { type, listLength }: ColumnSpec,
  column: NumericArray,
  rows: number,
  zstd: Zstd,
  level: number,
): Chunk {
  const offset = writer.offset;
  const values = physicalValues(type, column);
  const plain = isFloat(type) ? byteStreamSplit(values) : bytesOfColumn(values);
  const packed = zstd.compress(plain, level);
  const levels = listLength === undefined ? NO_LEVELS : listLevels(rows, listLength);
  const levelBytes = levels.repetition.length + levels.definition.length;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levelBytes + plain.length,
    compressed_page_size: levelBytes + packed.length,
    data_page_header_v2: {
      num_values: column.length,
      num_nulls: 0,
      num_rows: rows,
      encoding: isFloat(type) ? 'BYTE_STREAM_SPLIT' : 'PLAIN',
      definition_levels_byte_length: levels.definition.length,
      repetition_levels_byte_length: levels.repetition.length,
      is_compressed: true,
    },
  });
  const headerBytes = writer.offset - offset;
  writer.appendBytes(levels.repetition);
  writer.appendBytes(levels.definition);
  writer.appendBytes(packed);
  const [min, max] = extent(column);
  return {
    offset,
    compressedBytes: writer.offset - offset,
    uncompressedBytes: headerBytes + levelBytes + plain.length,
    values: column.length,
    min,
    max,
  };
}

const NO_LEVELS = { repetition: new Uint8Array(0), definition: new Uint8Array(0) };

/**
 * Levels of rows of lists that all have `length` ≥ 1 numbers: repetition 0, then 1 for the rest of the list; definition
 * 1 throughout. As runs of the RLE hybrid: varint(2 · run length), then the level in a byte.
 */
function listLevels(rows: number, length: number): { repetition: Uint8Array; definition: Uint8Array } {
  const row = new ByteWriter(16);
  row.appendVarInt(1 << 1);
  row.appendUint8(0);
  if (length > 1) {
    row.appendVarInt((length - 1) << 1);
    row.appendUint8(1);
  }
  const once = row.getBytes();
  const repetition = new Uint8Array(rows * once.length);
  for (let index = 0; index < rows; index++) repetition.set(once, index * once.length);
  const definition = new ByteWriter(16);
  definition.appendVarInt((rows * length) << 1);
  definition.appendUint8(1);
  return { repetition, definition: definition.getBytes() };
}

/** Parquet stores integers of 8 and 16 bits in 32. */
function physicalValues(type: ColumnType, column: NumericArray): NumericArray {
  switch (type) {
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
      return Int32Array.from(column as Int16Array);
    default:
      return column;
  }
}

/** Byte b of value i to place b · N + i. */
function byteStreamSplit(values: NumericArray): Uint8Array {
  const count = values.length;
  const width = values.BYTES_PER_ELEMENT;
  const out = new Uint8Array(count * width);
  if (width === 4) {
    const words = new Uint32Array(values.buffer, values.byteOffset, count);
    const [second, third, fourth] = [count, 2 * count, 3 * count];
    for (let index = 0; index < count; index++) {
      const word = words[index]!;
      out[index] = word;
      out[second + index] = word >>> 8;
      out[third + index] = word >>> 16;
      out[fourth + index] = word >>> 24;
    }
    return out;
  }
  const bytes = bytesOfColumn(values);
  for (let place = 0; place < width; place++) {
    for (let index = 0; index < count; index++) out[place * count + index] = bytes[index * width + place]!;
  }
  return out;
}

/** Smallest and largest value, NaN left out; undefined where there is none. */
function extent(column: NumericArray): [number | bigint | undefined, number | bigint | undefined] {
  let first = 0;
  while (first < column.length && Number.isNaN(column[first])) first++;
  if (first === column.length) return [undefined, undefined];
  let min = column[first]!;
  let max = min;
  for (let index = first + 1; index < column.length; index++) {
    const value = column[index]!;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return [min, max];
}
