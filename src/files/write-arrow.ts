/**
 * Arrow IPC file out (Feather version 2): one record batch for each piece of rows, not compressed, with units in the schema.
 *
 * apache-arrow packs schema and batches as a stream; the file format is that stream between two magic words, with a
 * footer of the batches' positions (Arrow columnar format, "IPC File Format").
 */
import {
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Table,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
} from 'apache-arrow';
import { MetadataVersion } from 'apache-arrow/enum';
import { FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import { type ColumnType, joined, type NumericArray } from '../jets/numeric-array.js';
import {
  type ColumnSpec,
  rowsOf,
  type TableEncoding,
  type TableMetadata,
  type TableSchema,
  unitsOf,
} from './table-encoding.js';

const MAGIC = new TextEncoder().encode('ARROW1');
/** Continuation marker and a length of zero: the end of a stream. */
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

export function arrowEncoding(schema: TableSchema, metadata: TableMetadata): TableEncoding {
  const ofArrow = arrowSchema(schema, metadata);
  const opening = streamOf(ofArrow, []).slice(0, -END_OF_STREAM.length);
  return {
    schema,
    // The magic is padded to eight bytes, where the stream begins.
    head: () => joined([MAGIC, new Uint8Array(2), opening]),
    encode(columns) {
      const batch = recordBatch(ofArrow, schema, columns);
      const stream = streamOf(ofArrow, [batch]);
      const bytes = stream.slice(opening.length, -END_OF_STREAM.length);
      // A message is the marker, the length of its metadata, the metadata, and the body.
      const metadataBytes = 8 + new DataView(bytes.buffer).getInt32(4, true);
      return {
        rows: batch.numRows,
        bytes,
        note: { metadataBytes, bodyBytes: bytes.length - metadataBytes } satisfies Block,
      };
    },
    tail(parts) {
      const blocks = parts.map(({ note, offset }) => {
        const { metadataBytes, bodyBytes } = note as Block;
        return new FileBlock(metadataBytes, bodyBytes, offset);
      });
      const footer = Footer.encode(new Footer(ofArrow, MetadataVersion.V5, blocks, []));
      const length = new Uint8Array(4);
      new DataView(length.buffer).setInt32(0, footer.length, true);
      return joined([END_OF_STREAM, footer, length, MAGIC]);
    },
  };
}

/** The two lengths of a record batch's message. */
interface Block {
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

/** A whole stream. */
function streamOf(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

const ARROW_TYPES = {
  float32: Float32,
  float64: Float64,
  int8: Int8,
  uint8: Uint8,
  int16: Int16,
  uint16: Uint16,
  int32: Int32,
  uint32: Uint32,
  int64: Int64,
  uint64: Uint64,
} as const satisfies Readonly<Record<ColumnType, new () => DataType>>;

function arrowSchema(schema: TableSchema, metadata: TableMetadata): Schema {
  return new Schema(
    schema.map(fieldOf),
    new Map(Object.entries({ ...metadata, units: unitsOf(schema) })),
    undefined,
    MetadataVersion.V5,
  );
}

/** Columns as a table, in memory as they are: nothing is copied. */
export function tableOf(
  schema: TableSchema,
  columns: Readonly<Record<string, NumericArray>>,
  metadata: TableMetadata,
): Table {
  const ofArrow = arrowSchema(schema, metadata);
  return new Table(ofArrow, [recordBatch(ofArrow, schema, columns)]);
}

/** @param ofArrow {@link arrowSchema} of the same. Nothing is copied. */
function recordBatch(
  ofArrow: Schema,
  schema: TableSchema,
  columns: Readonly<Record<string, NumericArray>>,
): RecordBatch {
  const rows = rowsOf(schema, columns);
  const struct = makeData({
    type: new Struct(ofArrow.fields),
    length: rows,
    nullCount: 0,
    children: schema.map((column, index) =>
      columnData(ofArrow.fields[index].type, column, columns[column.name], rows),
    ),
  });
  return new RecordBatch(ofArrow, struct);
}

function fieldOf({ name, type, listLength, unit }: ColumnSpec): Field {
  const metadata = unit ? new Map([['unit', unit]]) : undefined;
  const value = new ARROW_TYPES[type]();
  return listLength === undefined
    ? new Field(name, value, false, metadata)
    : new Field(name, new FixedSizeList(listLength, new Field('item', value, false)), false, metadata);
}

function columnData(type: DataType, column: ColumnSpec, values: NumericArray, rows: number) {
  const value = new ARROW_TYPES[column.type]();
  const data = makeData({
    type: value as Float64,
    length: values.length,
    nullCount: 0,
    data: values as Float64Array,
  });
  if (column.listLength === undefined) return data;
  return makeData({ type: type as FixedSizeList, length: rows, nullCount: 0, child: data });
}
