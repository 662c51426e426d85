/** The end of a Parquet file: schema, metadata and the places of all columns, as hyparquet-writer's Thrift wants it. */
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { version } from '../../version.js';
import {
  type ColumnSpec,
  type ColumnType,
  type PlacedRows,
  type TableMetadata,
  type TableSchema,
  unitsOf,
} from '../table-encoding.js';

/** One column of one row group, positions counted from the row group's first byte. */
export interface Chunk {
  readonly offset: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly values: number;
  readonly min: number | bigint | undefined;
  readonly max: number | bigint | undefined;
}

export function fileMetadata(
  schema: TableSchema,
  metadata: TableMetadata,
  parts: readonly PlacedRows[],
): FileMetaData {
  const rowGroups = parts.map(({ rows, note, offset }) => {
    const chunks = note as readonly Chunk[];
    const columns = chunks.map((chunk, index) => {
      const column = schema[index]!;
      return {
        file_offset: BigInt(offset + chunk.offset),
        meta_data: {
          type: PHYSICAL[column.type],
          encodings: [isFloat(column.type) ? ('BYTE_STREAM_SPLIT' as const) : ('PLAIN' as const)],
          path_in_schema: column.listLength === undefined ? [column.name] : [column.name, 'list', 'element'],
          codec: 'ZSTD' as const,
          num_values: BigInt(chunk.values),
          total_uncompressed_size: BigInt(chunk.uncompressedBytes),
          total_compressed_size: BigInt(chunk.compressedBytes),
          data_page_offset: BigInt(offset + chunk.offset),
          statistics: { ...bounds(chunk), null_count: 0n },
        },
      };
    });
    return {
      columns,
      total_byte_size: BigInt(chunks.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0)),
      total_compressed_size: BigInt(chunks.reduce((sum, chunk) => sum + chunk.compressedBytes, 0)),
      num_rows: BigInt(rows),
    };
  });
  return {
    version: 2,
    schema: [{ name: 'schema', num_children: schema.length }, ...schema.flatMap(schemaElements)],
    num_rows: BigInt(parts.reduce((sum, part) => sum + part.rows, 0)),
    row_groups: rowGroups,
    key_value_metadata: Object.entries({ ...metadata, units: unitsOf(schema) }).map(([key, value]) => ({
      key,
      value,
    })),
    created_by: `jet-iqn version ${version}`,
    metadata_length: 0,
  };
}

/** The specification asks for -0 as a minimum and +0 as a maximum. */
function bounds({ min, max }: Chunk): { min_value?: number | bigint; max_value?: number | bigint } {
  if (min === undefined || max === undefined) return {};
  return { min_value: min === 0 ? -0 : min, max_value: max === 0 ? 0 : max };
}

const PHYSICAL = {
  float32: 'FLOAT',
  float64: 'DOUBLE',
  int8: 'INT32',
  uint8: 'INT32',
  int16: 'INT32',
  uint16: 'INT32',
  int32: 'INT32',
  uint32: 'INT32',
  int64: 'INT64',
  uint64: 'INT64',
} as const;

/** A list is three levels deep, as the format's document on logical types lays down. */
function schemaElements({ name, type, listLength }: ColumnSpec): SchemaElement[] {
  const leaf: SchemaElement = { name, type: PHYSICAL[type], repetition_type: 'REQUIRED' };
  // The older annotation alone: hyparquet-writer 0.17 writes the bit width of the newer one as another integer type.
  const bits = /^(u?)int(8|16|32|64)$/.exec(type);
  if (bits && type !== 'int32' && type !== 'int64') {
    leaf.converted_type = `${bits[1] ? 'U' : ''}INT_${bits[2] as '8' | '16' | '32' | '64'}`;
  }
  if (listLength === undefined) return [leaf];
  return [
    {
      name,
      repetition_type: 'REQUIRED',
      num_children: 1,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { ...leaf, name: 'element' },
  ];
}

/** Floats are split into byte streams. */
export function isFloat(type: ColumnType): boolean {
  return type === 'float32' || type === 'float64';
}
