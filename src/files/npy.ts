/**
 * NPY (numpy.lib.format, versions 1 to 3). Read are arrays [N, 12] or [N, 15] without names and structured arrays with a
 * field a column, row after row or column after column, in either byte order, with gaps between the fields or without.
 * Written is a structured array without gaps, little-endian; a column of lists is a field with a shape.
 */
import { InputError } from '../errors.js';
import { COLUMN_TYPES, type ColumnType, type NumericArray } from '../jets/numeric-array.js';
import type { ByteSource } from './source.js';
import { rowsOf, type TableEncoding, type TableSchema } from './table-encoding.js';
import { assumed, checkUnique, type TableFile, UNNAMED_COLUMNS } from './table-file.js';

/** Rows read at a time. */
const ROWS = 1 << 16;

/** numpy's name of a type, behind the letter for the byte order: float32 is f4. */
const dtypeOf = (type: ColumnType) => `${type[0]}${COLUMN_TYPES[type].BYTES_PER_ELEMENT}`;
const TYPES = new Map([
  ...Object.entries(COLUMN_TYPES).map(([type, Type]) => [dtypeOf(type as ColumnType), Type] as const),
  ['b1', Uint8Array] as const,
]);

/** @throws InputError where it is damaged or of another shape. */
export async function openNpy(source: ByteSource): Promise<TableFile> {
  const fault = (problem: string) => new InputError(source.name, problem);
  const { descr, fortran, shape, start } = await readHeader(source).catch((error: Error) => {
    throw fault(`damaged NPY header: ${error.message}`);
  });
  const [rows = 0, columns = 0] = shape;
  let rowBytes = 0;
  /** What takes room in a row: fields of other types and of lists are no columns. */
  const parts = descr.map(([title, type, inner = []]) => {
    const [, kind, size] = /^[<>|=]([a-zA-Z])(\d+)$/.exec(String(type)) ?? [];
    if (size === undefined) throw fault(`has a field of type ${JSON.stringify(type)}, which is not read`);
    const offset = rowBytes;
    rowBytes += inner.reduce((product, length) => product * length, Number(size) * (kind === 'U' ? 4 : 1));
    // With a title: [title, name].
    const name = String(Array.isArray(title) ? title[1] : title);
    return { name, type: inner.length === 0 ? type : '', offset };
  });
  /** Of each column the first number at byte `offset` of the data, the next `stride` bytes behind it. */
  let fields = parts.map((part) => ({ ...part, stride: rowBytes }));
  const notes: string[] = [];
  if (descr[0]?.[0] === '' && descr.length === 1) {
    const names = UNNAMED_COLUMNS[columns];
    if (names === undefined || shape.length !== 2)
      throw fault(`has an array of shape [${shape.join(', ')}]; [N, 12] or [N, 15] is read`);
    const [across, stride] = fortran ? [rows * rowBytes, rowBytes] : [rowBytes, columns * rowBytes];
    fields = names.map((name, index) => ({ name, type: parts[0].type, offset: index * across, stride }));
    rowBytes *= columns;
    notes.push(assumed(names));
  } else if (shape.length !== 1)
    throw fault(`has a structured array of shape [${shape.join(', ')}], not [N]`);
  fields = fields.filter(({ type }) => TYPES.has(type.slice(1)));
  const columnNames = fields.map(({ name }) => name);
  checkUnique(source.name, columnNames);
  if (start + rows * rowBytes !== source.size)
    throw fault(
      `damaged or cut short: ${rows} rows take ${rows * rowBytes} bytes, there are ${source.size - start}`,
    );
  return {
    columnNames,
    flags: fields.filter(({ type }) => type === '|b1').map(({ name }) => name),
    rows,
    dropped: {},
    notes,
    async *batches(wanted) {
      for (let first = 0; first < rows; first += ROWS) {
        const count = Math.min(ROWS, rows - first);
        const batch: Record<string, NumericArray> = {};
        for (const column of wanted) {
          const { type, offset, stride } = fields.find(({ name }) => name === column)!;
          const numbers = new (TYPES.get(type.slice(1))!)(count);
          const width = numbers.BYTES_PER_ELEMENT;
          const from = start + offset + first * stride;
          const bytes = await source.read(from, from + (count - 1) * stride + width);
          const out = { bytes: new Uint8Array(numbers.buffer), first: 0, stride: width };
          copyNumbers(count, width, { bytes, first: 0, stride }, out, type.startsWith('>'));
          batch[column] = numbers;
        }
        yield { rows: count, columns: batch };
      }
    },
  };
}

/** The header is a literal of Python: {'descr': …, 'fortran_order': False, 'shape': (5,), }. */
async function readHeader(source: ByteSource) {
  const head = new DataView((await source.read(0, 12)).buffer);
  const version = head.getUint8(6);
  const [from, bytes] = version === 1 ? [10, head.getUint16(8, true)] : [12, head.getUint32(8, true)];
  // numpy's own limit is 10,000.
  if (version < 1 || version > 3 || bytes > 1 << 16) throw new Error(`version ${version}, of ${bytes} bytes`);
  const text = new TextDecoder().decode(await source.read(from, from + bytes));
  const json = text.replace(/'((?:[^'\\]|\\.)*)'|True|False|[()]|,(?=\s*[)\]}])/g, (part, quoted?: string) =>
    quoted === undefined ? (AS_JSON[part] ?? '') : JSON.stringify(quoted.replace(/\\(.)/g, '$1')),
  );
  const { descr, fortran_order: fortran, shape } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const isShape =
    Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!isShape || !(typeof descr === 'string' || Array.isArray(descr)))
    throw new Error('it lacks descr or shape');
  const parts = typeof descr === 'string' ? [['', descr]] : descr;
  return {
    descr: parts as [unknown, string, number[]?][],
    fortran: fortran === true,
    shape: shape as number[],
    start: from + bytes,
  };
}

const AS_JSON: Readonly<Record<string, string>> = { True: 'true', False: 'false', '(': '[', ')': ']' };

/** Digits kept free for the number of rows, which is known in the end. */
const ROW_DIGITS = 15;

export function npyEncoding(schema: TableSchema): TableEncoding {
  return {
    schema,
    head: () => header(schema, 0),
    finalHead: (rows) => header(schema, rows),
    encode(columns) {
      const rows = rowsOf(schema, columns);
      const widths = schema.map(
        ({ type, listLength = 1 }) => COLUMN_TYPES[type].BYTES_PER_ELEMENT * listLength,
      );
      const stride = widths.reduce((sum, width) => sum + width, 0);
      const bytes = new Uint8Array(rows * stride);
      let first = 0;
      for (const [i, { name }] of schema.entries()) {
        const { buffer, byteOffset, byteLength } = columns[name];
        const column = { bytes: new Uint8Array(buffer, byteOffset, byteLength), first: 0, stride: widths[i] };
        copyNumbers(rows, widths[i], column, { bytes, first, stride });
        first += widths[i];
      }
      return { rows, bytes, note: undefined };
    },
    tail: () => new Uint8Array(0),
  };
}

/** Where numbers lie among bytes: the first, and how far behind it the next. */
interface Places {
  readonly bytes: Uint8Array;
  readonly first: number;
  readonly stride: number;
}

/** Copies `count` numbers of `width` bytes each, the bytes of each turned round where the byte order is the other. */
function copyNumbers(count: number, width: number, from: Places, to: Places, turned = false): void {
  for (let row = 0; row < count; row++)
    for (let place = 0; place < width; place++)
      to.bytes[to.first + row * to.stride + place] =
        from.bytes[from.first + row * from.stride + (turned ? width - 1 - place : place)];
}

/** Magic, version, length, and a Python literal padded with blanks to a multiple of 64 bytes. */
function header(schema: TableSchema, rows: number): Uint8Array {
  const fields = schema.map(({ name, type, listLength }) => {
    // Version 1.0 is latin-1.
    if (!/^[\x20-\x7e]*$/.test(name)) throw new TypeError(`column name "${name}" cannot be written to NPY`);
    const dtype = dtypeOf(type);
    const shape = listLength === undefined ? '' : `, (${listLength},)`;
    return `('${name.replace(/['\\]/g, '\\$&')}', '${dtype.endsWith('1') ? '|' : '<'}${dtype}'${shape})`;
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
