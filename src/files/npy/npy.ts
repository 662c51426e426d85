/**
 * NPY: an array [N, 12] or [N, 15] without names, or a structured array with a field a column.
 *
 * Format as numpy.lib.format describes it, versions 1 to 3; row after row or column after column (Fortran order), either
 * byte order.
 */
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import { type TableFile, UNNAMED_COLUMNS } from '../table-file.js';

/** Bytes read at a time. */
const PIECE_BYTES = 1 << 22;
/** A header longer than that is none: numpy's own limit is 10,000. */
const MAX_HEADER_BYTES = 1 << 16;

type NumericType = new (length: number) => NumericArray;

const TYPES: Readonly<Record<string, NumericType>> = {
  f4: Float32Array,
  f8: Float64Array,
  b1: Uint8Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
};

/** One column: where its numbers stand. */
interface Field {
  readonly name: string;
  readonly Type: NumericType;
  readonly bigEndian: boolean;
  /** Byte of its number in row 0, counted from the data's start. */
  readonly offset: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

interface Layout {
  readonly rows: number;
  readonly fields: readonly Field[];
  readonly dataStart: number;
  /** Column after column instead of row after row. */
  readonly fortran: boolean;
}

/** @throws InputError where it is damaged or of another shape. */
export async function openNpy(source: ByteSource): Promise<TableFile> {
  const layout = await readLayout(source);
  const { rows, fields, dataStart, fortran } = layout;
  return {
    columnNames: fields.map((field) => field.name),
    rows,
    dropped: {},
    async *batches(columns) {
      const wanted = columns.map((name) => fields.find((field) => field.name === name)!);
      const rowBytes = fortran ? wanted[0]!.stride : (fields[0]?.stride ?? 1);
      const rowsAtATime = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
      for (let first = 0; first < rows; first += rowsAtATime) {
        const count = Math.min(rowsAtATime, rows - first);
        const piece = fortran
          ? undefined
          : await source.read(dataStart + first * rowBytes, dataStart + (first + count) * rowBytes);
        const batch: Record<string, NumericArray> = {};
        for (const field of wanted) {
          const start = dataStart + field.offset + first * field.stride;
          const bytes = piece ?? (await source.read(start, start + count * field.stride));
          batch[field.name] = gather(bytes, field, piece ? field.offset : 0, count);
        }
        yield { rows: count, columns: batch };
      }
    },
  };
}

/** Numbers of one column out of rows; the bytes are turned where the file has the other byte order. */
function gather(
  bytes: Uint8Array,
  { Type, bigEndian, stride }: Field,
  offset: number,
  count: number,
): NumericArray {
  const column = new Type(count);
  const width = column.BYTES_PER_ELEMENT;
  const out = new Uint8Array(column.buffer);
  for (let row = 0; row < count; row++) {
    const from = row * stride + offset;
    for (let place = 0; place < width; place++) {
      out[row * width + place] = bytes[from + (bigEndian ? width - 1 - place : place)]!;
    }
  }
  return column;
}

async function readLayout(source: ByteSource): Promise<Layout> {
  const damaged = (problem: string) => new InputError(source.name, `damaged NPY header: ${problem}`);
  const head = await source.read(0, Math.min(source.size, 12));
  const view = new DataView(head.buffer);
  if (head.length < 12) throw damaged('cut short');
  const version = head[6]!;
  if (version < 1 || version > 3) throw damaged(`version ${version}`);
  const headerStart = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES) throw damaged(`of ${headerBytes} bytes`);
  const dataStart = headerStart + headerBytes;
  const text = new TextDecoder('latin1').decode(await source.read(headerStart, dataStart));
  const description = /'descr':\s*('[^']*'|\[.*\])\s*,\s*'fortran_order'/s.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shapeText = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (description === undefined || order === undefined || shapeText === undefined) {
    throw damaged('descr, fortran_order or shape is not there');
  }
  const shape = shapeText
    .split(',')
    .flatMap((part) => (part.trim() === '' ? [] : [Number.parseInt(part, 10)]));
  const rows = shape[0] ?? 0;
  const fortran = order === 'True' && shape.length > 1;
  const fields = description.startsWith('[')
    ? structuredFields(source.name, description, shape)
    : plainFields(source.name, description.slice(1, -1), shape, fortran);
  const dataBytes = fields.reduce((sum, field) => sum + new field.Type(0).BYTES_PER_ELEMENT, 0) * rows;
  if (dataStart + dataBytes !== source.size) {
    throw new InputError(
      source.name,
      `damaged or cut short: ${rows} rows take ${dataBytes} bytes, there are ${source.size - dataStart}`,
    );
  }
  return { rows, fields, dataStart, fortran };
}

function plainFields(name: string, type: string, shape: readonly number[], fortran: boolean): Field[] {
  const [rows = 0, columns = 0] = shape;
  const names = UNNAMED_COLUMNS[columns];
  if (shape.length !== 2 || names === undefined) {
    throw new InputError(name, `has an array of shape [${shape.join(', ')}]; [N, 12] or [N, 15] is read`);
  }
  const { Type, bigEndian, width } = numericType(name, type);
  return names.map((column, index) => ({
    name: column,
    Type,
    bigEndian,
    offset: fortran ? index * rows * width : index * width,
    stride: fortran ? width : columns * width,
  }));
}

function structuredFields(name: string, description: string, shape: readonly number[]): Field[] {
  if (shape.length !== 1)
    throw new InputError(name, `has a structured array of shape [${shape.join(', ')}], not [N]`);
  const found = [...description.matchAll(/\(\s*'((?:[^'\\]|\\.)*)'\s*,\s*'([^']*)'\s*(,[^)]*\))?\s*\)/g)];
  const described = found.map(([, column, type, inner]) => {
    if (inner) throw new InputError(name, `field "${column}" holds more than one number a row`);
    return { column: column!.replace(/\\(.)/g, '$1'), ...numericType(name, type!) };
  });
  const stride = described.reduce((sum, field) => sum + field.width, 0);
  const names = described.map(({ column }) => column);
  const twice = names.find((column, index) => names.indexOf(column) !== index);
  if (twice !== undefined) throw new InputError(name, `has two columns named "${twice}"; rename one`);
  let offset = 0;
  return described.map(({ column, Type, bigEndian, width }) => {
    const field = { name: column, Type, bigEndian, offset, stride };
    offset += width;
    return field;
  });
}

function numericType(name: string, type: string): { Type: NumericType; bigEndian: boolean; width: number } {
  const Type = TYPES[type.slice(1)];
  if (Type === undefined || !'<>|='.includes(type[0] ?? '')) {
    throw new InputError(name, `has numbers of type "${type}", which are not read; use float32`);
  }
  return { Type, bigEndian: type[0] === '>', width: new Type(0).BYTES_PER_ELEMENT };
}
