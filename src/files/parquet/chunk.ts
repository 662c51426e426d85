/**
 * One column of one row group: its pages, from the packed bytes into a typed array.
 *
 * hyparquet reads the headers. The values are decoded here: straight into place, which makes dictionaries several times
 * as fast, and with every length checked, since the library's own loops believe what a damaged page declares.
 */
import type { Compressors, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import { firstMissing, gatherByIndices } from './rle.js';
import { decodeByteStreamSplit, decodeDeltas, decodePlain } from './values.js';

/** The largest page that is unpacked [bytes]. Writers make pages of about 1 MiB, some one page a row group. */
const MAX_PAGE_BYTES = 2 ** 29;

/** How a column's numbers are stored. */
export interface Physical {
  readonly type: 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'HALF';
  /** A level says of each value whether it is there. */
  readonly optional: boolean;
  readonly codec: string;
}

/** A value that is missing; `row` counts from the row group's first. */
export class MissingValue extends Error {
  constructor(readonly row: number) {
    super(`no value at row ${row}`);
  }
}

/**
 * Decodes all pages of a chunk.
 *
 * @param rows number of values, as the row group declares it.
 * @param empty makes an array of the column's type; grown page by page, for `rows` may be a lie.
 * @throws MissingValue, or Error where it is damaged.
 */
export function decodeChunk(
  chunk: Uint8Array<ArrayBuffer>,
  physical: Physical,
  rows: number,
  empty: (length: number) => NumericArray,
  compressors: Compressors,
): NumericArray {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  let out = empty(Math.min(rows, 2 ** 20));
  let dictionary: NumericArray | undefined;
  let done = 0;
  while (done < rows) {
    if (reader.offset >= chunk.length) throw new Error(`it ends after ${done} of ${rows} rows`);
    const header = parquetHeader(reader);
    const { compressed_page_size: packedBytes, uncompressed_page_size: pageBytes } = header;
    const start = reader.offset;
    reader.offset += packedBytes;
    if (!(packedBytes >= 0 && reader.offset <= chunk.length))
      throw new Error(`a page of ${packedBytes} bytes does not fit`);
    if (!(pageBytes >= 0 && pageBytes <= MAX_PAGE_BYTES)) {
      throw new Error(
        `a page of ${pageBytes} bytes; at most ${MAX_PAGE_BYTES} are read: write smaller row groups`,
      );
    }
    const page = chunk.subarray(start, reader.offset);
    const unpack = (bytes: Uint8Array, size: number) => unpacked(bytes, size, physical.codec, compressors);
    if (header.type === 'DICTIONARY_PAGE') {
      const count = header.dictionary_page_header?.num_values ?? 0;
      const values = unpack(page, pageBytes);
      if (!(count >= 0 && count <= 8 * values.length))
        throw new Error(`a dictionary of ${count} values does not fit`);
      dictionary = empty(count);
      decodePlain(values, physical.type, dictionary, 0, count);
      continue;
    }
    const data = dataPage(header, page, physical, unpack);
    if (data === undefined) continue;
    if (!(data.count >= 0 && done + data.count <= rows)) throw new Error('it has more values than rows');
    if (data.levels !== undefined) {
      const missing = firstMissing(data.levels, data.count);
      if (missing >= 0) throw new MissingValue(done + missing);
    }
    out = withRoom(out, done + data.count, rows, empty);
    decodeValues(data, physical.type, dictionary, out, done);
    done += data.count;
  }
  return out.subarray(0, rows);
}

interface DataPage {
  readonly count: number;
  readonly encoding: string;
  /** Definition levels; undefined where every value is there. */
  readonly levels: Uint8Array | undefined;
  readonly values: Uint8Array;
}

type Unpack = (bytes: Uint8Array, size: number) => Uint8Array;

/** Levels and values of a page of either version; undefined for other kinds of page. */
function dataPage(
  header: PageHeader,
  page: Uint8Array,
  { optional }: Physical,
  unpack: Unpack,
): DataPage | undefined {
  const first = header.data_page_header;
  if (header.type === 'DATA_PAGE' && first) {
    const values = unpack(page, header.uncompressed_page_size);
    if (!optional) return { count: first.num_values, encoding: first.encoding, levels: undefined, values };
    if (values.length < 4) throw new Error('its levels are cut short');
    const levelBytes = new DataView(values.buffer, values.byteOffset).getUint32(0, true);
    if (4 + levelBytes > values.length) throw new Error(`levels of ${levelBytes} bytes do not fit`);
    return {
      count: first.num_values,
      encoding: first.encoding,
      levels: values.subarray(4, 4 + levelBytes),
      values: values.subarray(4 + levelBytes),
    };
  }
  const second = header.data_page_header_v2;
  if (header.type !== 'DATA_PAGE_V2' || !second) return undefined;
  const levelBytes = second.definition_levels_byte_length;
  if (second.repetition_levels_byte_length !== 0 || !(levelBytes >= 0 && levelBytes <= page.length)) {
    throw new Error(`levels of ${levelBytes} bytes do not fit`);
  }
  const packed = page.subarray(levelBytes);
  const size = header.uncompressed_page_size - levelBytes;
  return {
    count: second.num_values,
    encoding: second.encoding,
    levels: optional ? page.subarray(0, levelBytes) : undefined,
    values: second.is_compressed === false ? packed : unpack(packed, size),
  };
}

function unpacked(bytes: Uint8Array, size: number, codec: string, compressors: Compressors): Uint8Array {
  if (codec === 'UNCOMPRESSED') return bytes;
  const unpack = compressors[codec as keyof Compressors];
  if (unpack === undefined) throw new Error(`compression ${codec} is not read`);
  if (size === 0) return new Uint8Array(0);
  const values = unpack(bytes, size);
  if (values.length !== size) throw new Error(`a page unpacks to ${values.length} of ${size} bytes`);
  return values;
}

function decodeValues(
  { values, count, encoding }: DataPage,
  type: Physical['type'],
  dictionary: NumericArray | undefined,
  out: NumericArray,
  at: number,
): void {
  switch (encoding) {
    case 'PLAIN':
      decodePlain(values, type, out, at, count);
      break;
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      if (count === 0) break;
      if (dictionary === undefined || values.length === 0) throw new Error('a dictionary is not there');
      gatherByIndices(values.subarray(1), values[0]!, dictionary, out, at, count);
      break;
    case 'BYTE_STREAM_SPLIT':
      decodeByteStreamSplit(values, type, out, at, count);
      break;
    case 'DELTA_BINARY_PACKED':
      decodeDeltas(values, type, out, at, count);
      break;
    case 'RLE':
      // Booleans alone, behind the length of their runs.
      gatherByIndices(values.subarray(4), 1, Uint8Array.of(0, 1), out, at, count);
      break;
    default:
      throw new Error(`encoding ${encoding} is not read`);
  }
}

/** `out` where it holds `needed` values, else a longer copy of it. */
function withRoom(
  out: NumericArray,
  needed: number,
  rows: number,
  empty: (length: number) => NumericArray,
): NumericArray {
  if (needed <= out.length) return out;
  const longer = empty(Math.min(rows, Math.max(needed, 2 * out.length)));
  (longer as Float64Array).set(out as Float64Array);
  return longer;
}
