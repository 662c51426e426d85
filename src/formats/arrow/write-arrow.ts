/**
 * Arrow IPC file out (Feather version 2): one record batch for each piece of rows, not compressed.
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
  Schema,
  Struct,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
} from 'apache-arrow';
import { MetadataVersion } from 'apache-arrow/enum';
import { FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import type { NumericArray } from '../../jets/numeric-array.js';
import {
  type ColumnSpec,
  type ColumnType,
  rowsOf,
  type TableEncoding,
  type TableMetadata,
  type TableSchema,
  unitsOf,
} from '../table-encoding.js';
import { END_OF_STREAM, schemaMessage, streamOf } from './schema-message.js';

const MAGIC = new TextEncoder().encode('ARROW1');

const ARROW_TYPES: Readonly<Record<ColumnType, () => DataType>> = {
  float32: () => new Float32(),
  float64: () => new Float64(),
  int8: () => new Int8(),
  uint8: () => new Uint8(),
  int16: () => new Int16(),
  uint16: () => new Uint16(),
  int32: () => new Int32(),
  uint32: () => new Uint32(),
  int64: () => new Int64(),
  uint64: () => new Uint64(),
};

export function arrowEncoding(schema: TableSchema, metadata: TableMetadata): TableEncoding {
  const arrowSchema = new Schema(
    schema.map(fieldOf),
    new Map(Object.entries({ ...metadata, units: unitsOf(schema) })),
    undefined,
    MetadataVersion.V5,
  );
  const opening = schemaMessage(arrowSchema);
  return {
    schema,
    // The magic is padded to eight bytes, where the stream begins.
    head: () => concat([MAGIC, new Uint8Array(2), opening]),
    encode(columns) {
      const rows = rowsOf(schema, columns);
      const struct = makeData({
        type: new Struct(arrowSchema.fields),
        length: rows,
        nullCount: 0,
        children: schema.map((column, index) =>
          columnData(arrowSchema.fields[index]!.type, column, columns[column.name]!, rows),
        ),
      });
      const stream = streamOf(arrowSchema, [new RecordBatch(arrowSchema, struct)]);
      const bytes = stream.slice(opening.length, -END_OF_STREAM.length);
      // A message is the marker, the length of its metadata, the metadata, and the body.
      const metadataBytes = 8 + new DataView(bytes.buffer).getInt32(4, true);
      return {
        rows,
        bytes,
        note: { metadataBytes, bodyBytes: bytes.length - metadataBytes } satisfies Block,
      };
    },
    tail(parts) {
      const blocks = parts.map(({ note, offset }) => {
        const { metadataBytes, bodyBytes } = note as Block;
        return new FileBlock(metadataBytes, bodyBytes, offset);
      });
      const footer = Footer.encode(new Footer(arrowSchema, MetadataVersion.V5, blocks, []));
      const length = new Uint8Array(4);
      new DataView(length.buffer).setInt32(0, footer.length, true);
      return concat([END_OF_STREAM, footer, length, MAGIC]);
    },
  };
}

/** The two lengths of a record batch's message. */
interface Block {
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

function fieldOf({ name, type, listLength, unit }: ColumnSpec): Field {
  const metadata = unit ? new Map([['unit', unit]]) : undefined;
  const value = ARROW_TYPES[type]();
  return listLength === undefined
    ? new Field(name, value, false, metadata)
    : new Field(name, new FixedSizeList(listLength, new Field('item', value, false)), false, metadata);
}

function columnData(type: DataType, column: ColumnSpec, values: NumericArray, rows: number) {
  const value = ARROW_TYPES[column.type]();
  const data = makeData({
    type: value as Float64,
    length: values.length,
    nullCount: 0,
    data: values as Float64Array,
  });
  if (column.listLength === undefined) return data;
  return makeData({ type: type as FixedSizeList, length: rows, nullCount: 0, child: data });
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
