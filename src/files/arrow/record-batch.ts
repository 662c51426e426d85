/** Columns as a record batch of apache-arrow, with units in the schema. */
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
import type { NumericArray } from '../../jets/numeric-array.js';
import {
  type ColumnSpec,
  type ColumnType,
  rowsOf,
  type TableMetadata,
  type TableSchema,
  unitsOf,
} from '../table-encoding.js';

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

export function arrowSchema(schema: TableSchema, metadata: TableMetadata): Schema {
  return new Schema(
    schema.map(fieldOf),
    new Map(Object.entries({ ...metadata, units: unitsOf(schema) })),
    undefined,
    MetadataVersion.V5,
  );
}

/** @param ofArrow {@link arrowSchema} of the same. Nothing is copied. */
export function recordBatch(
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
      columnData(ofArrow.fields[index]!.type, column, columns[column.name]!, rows),
    ),
  });
  return new RecordBatch(ofArrow, struct);
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
