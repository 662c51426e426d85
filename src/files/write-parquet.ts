/**
 * Parquet out, by hyparquet-writer: a row group for each piece of rows, a page a column, floats split into byte streams, all
 * packed with zstd.
 *
 * Each piece is packed by a writer of its own, in any thread; what the footer must know of it is the library's own
 * description of the row group, moved to where its bytes ended up.
 */
import type { ColumnChunk, RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { ColumnType, NumericArray } from '../jets/numeric-array.js';
import { version } from '../version.js';
import type { Zstd } from './compression/zstd.js';
import {
  type ColumnSpec,
  rowsOf,
  type TableEncoding,
  type TableMetadata,
  type TableSchema,
  unitsOf,
} from './table-encoding.js';

const MAGIC = new TextEncoder().encode('PAR1');
const ZSTD_LEVEL = 1;

export function parquetEncoding(schema: TableSchema, metadata: TableMetadata, zstd: Zstd): TableEncoding {
  // Every writer begins with the magic.
  const openWriter = () => {
    const writer = new ByteWriter();
    return new ParquetWriter({
      writer,
      schema: [{ name: 'schema', num_children: schema.length }, ...schema.flatMap(schemaElements)],
      codec: 'ZSTD',
      compressors: { ZSTD: (bytes) => zstd.compress(bytes, ZSTD_LEVEL) },
      kvMetadata: Object.entries({ ...metadata, units: unitsOf(schema) }).map(([key, value]) => ({
        key,
        value,
      })),
      createdBy: `jet-iqn version ${version}`,
    });
  };
  return {
    schema,
    head: () => MAGIC,
    encode(columns) {
      const rows = rowsOf(schema, columns);
      const parquet = openWriter();
      const columnData = schema.map((column) => columnSource(column, columns[column.name]!));
      parquet.write({ columnData, rowGroupSize: Math.max(rows, 1), pageSize: 0 });
      const bytes = (parquet.writer as ByteWriter).getBytes().slice(MAGIC.length);
      return { rows, bytes, note: parquet.row_groups[0] };
    },
    tail(parts) {
      const parquet = openWriter();
      for (const { rows, note, offset } of parts) {
        const group = note as RowGroup;
        const columns = group.columns.map((chunk) => moved(chunk, offset - MAGIC.length));
        parquet.row_groups.push({ ...group, columns });
        parquet.num_rows += BigInt(rows);
      }
      parquet.finish();
      return (parquet.writer as ByteWriter).getBytes().slice(MAGIC.length);
    },
  };
}

function moved(chunk: ColumnChunk, bytes: number): ColumnChunk {
  const by = BigInt(bytes);
  const meta = chunk.meta_data!;
  return {
    ...chunk,
    file_offset: chunk.file_offset + by,
    meta_data: { ...meta, data_page_offset: meta.data_page_offset + by },
  };
}

function columnSource({ name, type, listLength }: ColumnSpec, values: NumericArray): ColumnSource {
  const encoding = type === 'float32' || type === 'float64' ? 'BYTE_STREAM_SPLIT' : 'PLAIN';
  if (listLength === undefined) {
    // hyparquet-writer 0.17 takes numbers beyond 2^31 from plain arrays only.
    const data = type === 'uint32' ? Array.from(values as Uint32Array) : (values as Float64Array);
    return { name, data, encoding };
  }
  const data = Array.from({ length: values.length / listLength }, (_, row) =>
    Array.from<number | bigint>(values.subarray(row * listLength, (row + 1) * listLength)),
  );
  return { name, data, encoding };
}

function physicalType(type: ColumnType): 'FLOAT' | 'DOUBLE' | 'INT64' | 'INT32' {
  if (type === 'float32') return 'FLOAT';
  if (type === 'float64') return 'DOUBLE';
  return type.endsWith('int64') ? 'INT64' : 'INT32';
}

/** A list is three levels deep, as the format's document on logical types lays down. */
function schemaElements({ name, type, listLength }: ColumnSpec): SchemaElement[] {
  const leaf: SchemaElement = { name, type: physicalType(type), repetition_type: 'REQUIRED' };
  // The older annotation only: hyparquet-writer 0.17 writes the bit width of the newer one as another integer type.
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
