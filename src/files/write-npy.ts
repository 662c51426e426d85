/**
 * NPY out: one structured array, a field a column, little-endian, rows packed without gaps.
 *
 * numpy.load(path)['pt'] is a column; numpy.lib.recfunctions.structured_to_unstructured makes [N, C] of it. Format
 * version 1.0 as numpy.lib.format describes it. Columns of lists are fields with a shape.
 */
import { type ColumnType, rowsOf, type TableEncoding, type TableSchema } from './table-encoding.js';

/** numpy's names of the types. */
const DTYPES: Readonly<Record<ColumnType, string>> = {
  float32: '<f4',
  float64: '<f8',
  int8: '|i1',
  uint8: '|u1',
  int16: '<i2',
  uint16: '<u2',
  int32: '<i4',
  uint32: '<u4',
  int64: '<i8',
  uint64: '<u8',
};

/** Digits kept free for the number of rows, which is known at the end alone. */
const ROW_DIGITS = 15;

export function npyEncoding(schema: TableSchema): TableEncoding {
  return {
    schema,
    head: () => header(schema, 0),
    finalHead: (rows) => header(schema, rows),
    encode(columns) {
      const rows = rowsOf(schema, columns);
      const parts = schema.map(({ name, listLength = 1 }) => {
        const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = columns[name]!;
        return {
          bytes: new Uint8Array(buffer, byteOffset, byteLength),
          width: BYTES_PER_ELEMENT * listLength,
        };
      });
      const stride = parts.reduce((sum, part) => sum + part.width, 0);
      const out = new Uint8Array(rows * stride);
      let field = 0;
      for (const { bytes, width } of parts) {
        for (let row = 0; row < rows; row++) {
          for (let place = 0; place < width; place++) {
            out[row * stride + field + place] = bytes[row * width + place]!;
          }
        }
        field += width;
      }
      return { rows, bytes: out, note: undefined };
    },
    tail: () => new Uint8Array(0),
  };
}

/** Magic, version, length, and a Python literal padded with blanks to a multiple of 64 bytes. */
function header(schema: TableSchema, rows: number): Uint8Array {
  const fields = schema.map(({ name, type, listLength }) => {
    const shape = listLength === undefined ? '' : `, (${listLength},)`;
    return `(${pythonString(name)}, '${DTYPES[type]}'${shape})`;
  });
  const shape = `(${rows},)`.padEnd(ROW_DIGITS + 3);
  const literal = `{'descr': [${fields.join(', ')}], 'fortran_order': False, 'shape': ${shape}}`;
  const text = new TextEncoder().encode(literal);
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length - 10, true);
  bytes.set(text, 10);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/** Version 1.0 is latin-1: names of columns are plain ASCII. */
function pythonString(name: string): string {
  if (!/^[\x20-\x7e]*$/.test(name)) throw new TypeError(`column name "${name}" cannot be written to NPY`);
  return `'${name.replace(/['\\]/g, '\\$&')}'`;
}
