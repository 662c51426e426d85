/**
 * NPY: an array [N, 12] or [N, 15] without names, or a structured array with a field a column; row after row or column after
 * column, either byte order, with gaps between the fields or without (numpy.lib.format, versions 1 to 3).
 */
import { InputError } from '../errors.js';
import type { NumericArray } from '../jets/numeric-array.js';
import type { ByteSource } from './source.js';
import { assumed, checkUnique, type TableFile, UNNAMED_COLUMNS } from './table-file.js';

/** Rows read at a time. */
const ROWS = 1 << 16;

const TYPES: Readonly<Record<string, new (length: number) => NumericArray>> = {
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

/** A column of numbers of numpy's `type`, the first at byte `offset` of the data, the next `stride` bytes behind it. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly stride: number;
}

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
  let fields: Field[] = parts.map((part) => ({ ...part, stride: rowBytes }));
  const names = UNNAMED_COLUMNS[columns];
  if (descr[0]?.[0] === '' && descr.length === 1) {
    if (names === undefined || shape.length !== 2)
      throw fault(`has an array of shape [${shape.join(', ')}]; [N, 12] or [N, 15] is read`);
    const { type } = parts[0]!;
    const [across, down] = fortran ? [rows * rowBytes, rowBytes] : [rowBytes, columns * rowBytes];
    fields = names.map((name, index) => ({ name, type, offset: index * across, stride: down }));
    rowBytes *= columns;
  } else if (shape.length !== 1)
    throw fault(`has a structured array of shape [${shape.join(', ')}], not [N]`);
  fields = fields.filter(({ type }) => TYPES[type.slice(1)]);
  checkUnique(
    source.name,
    fields.map(({ name }) => name),
  );
  if (start + rows * rowBytes !== source.size)
    throw fault(
      `damaged or cut short: ${rows} rows take ${rows * rowBytes} bytes, there are ${source.size - start}`,
    );
  return {
    columnNames: fields.map(({ name }) => name),
    flags: fields.filter(({ type }) => type === '|b1').map(({ name }) => name),
    rows,
    dropped: {},
    notes: names && shape.length === 2 ? [assumed(names)] : [],
    async *batches(wanted) {
      for (let first = 0; first < rows; first += ROWS) {
        const count = Math.min(ROWS, rows - first);
        const batch: Record<string, NumericArray> = {};
        for (const column of wanted) {
          const { type, offset, stride } = fields.find(({ name }) => name === column)!;
          const from = start + offset + first * stride;
          const width = Number(type.slice(2));
          const bytes = await source.read(from, from + (count - 1) * stride + width);
          const numbers = new TYPES[type.slice(1)]!(count);
          const out = new Uint8Array(numbers.buffer);
          const turned = type.startsWith('>');
          for (let row = 0; row < count; row++)
            for (let place = 0; place < width; place++)
              out[row * width + place] = bytes[row * stride + (turned ? width - 1 - place : place)]!;
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
