/**
 * The pages of one column of one Parquet row group, unpacked and measured before hyparquet decodes them: its loops believe
 * what a damaged page declares, a run of 2^30 values or a dictionary that is not there.
 *
 * Page headers are structs of Thrift's compact protocol (parquet-format, parquet.thrift); levels and dictionary indices
 * are runs of the RLE/bit-packing hybrid (Encodings.md), of which only the headers are looked at.
 */

/** The largest page that is unpacked [bytes]. Writers make pages of about 1 MiB, some one page a row group. */
const MAX_PAGE_BYTES = 2 ** 29;

/** Unpacks `bytes` to exactly `size` bytes. */
export type Unpack = (bytes: Uint8Array, size: number) => Uint8Array;

export interface Column {
  /** Number of rows in the row group. */
  readonly rows: number;
  /** Bytes of a number that is stored as it is; 1/8 for BOOLEAN. */
  readonly width: number;
  /** A level says of each value whether it is there. */
  readonly optional: boolean;
  /** Undefined where pages are not compressed. */
  readonly unpack: Unpack | undefined;
}

/** Numbers of PageType and Encoding in parquet.thrift. */
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const RLE_DICTIONARY = 8;
const BYTE_STREAM_SPLIT = 9;

/**
 * @returns the unpacked pages in the order in which hyparquet asks for them.
 * @throws Error where a page does not hold what it declares.
 */
export function checkedPages(chunk: Uint8Array, { rows, width, optional, unpack }: Column): Uint8Array[] {
  const pages: Uint8Array[] = [];
  const unpacked = (bytes: Uint8Array, size: number): Uint8Array => {
    if (!unpack) return bytes;
    const page = size === 0 ? new Uint8Array(0) : unpack(bytes, size);
    if (page.length !== size) throw new Error(`a page unpacks to ${page.length} of ${size} bytes`);
    pages.push(page);
    return page;
  };
  const reader = { bytes: chunk, at: 0 };
  let dictionary = false;
  for (let done = 0; done < rows; ) {
    if (reader.at >= chunk.length) throw new Error(`it ends after ${done} of ${rows} rows`);
    const header = readStruct(reader);
    const [type, size, packedBytes] = [number(header[1]), number(header[2]), number(header[3])];
    const page = taken(reader, packedBytes);
    if (!(size >= 0 && size <= MAX_PAGE_BYTES))
      throw new Error(
        `a page of ${size} bytes; at most ${MAX_PAGE_BYTES} are read: write smaller row groups`,
      );
    if (type === DICTIONARY_PAGE) {
      const count = number(struct(header[7])[1]);
      if (!(count >= 0 && count * width <= unpacked(page, size).length))
        throw new Error(`a dictionary of ${count} values does not fit`);
      dictionary = true;
      continue;
    }
    let [count, encoding, present, values]: [number, number, number, Uint8Array] = [0, 0, 0, page];
    const checkCount = () => {
      if (!(count >= 0 && count <= rows - done)) throw new Error('it has more values than rows');
    };
    if (type === DATA_PAGE) {
      [count, encoding] = [number(struct(header[5])[1]), number(struct(header[5])[2])];
      checkCount();
      const data = { bytes: unpacked(page, size), at: 0 };
      present = optional ? presentValues(taken(data, readUint32(data)), count) : count;
      values = data.bytes.subarray(data.at);
    } else if (type === DATA_PAGE_V2) {
      const data = struct(header[8]);
      [count, encoding] = [number(data[1]), number(data[4])];
      checkCount();
      const levels = { bytes: page, at: 0 };
      const levelBytes = number(data[5]);
      if (number(data[6]) !== 0 || levelBytes > size)
        throw new Error(`levels of ${levelBytes} bytes do not fit`);
      present = optional ? presentValues(taken(levels, levelBytes), count) : count;
      if (count - present !== number(data[2])) throw new Error('it miscounts its missing values');
      values = page.subarray(levelBytes);
      if (data[7] !== false) values = unpacked(values, size - levelBytes);
    } else throw new Error(`a page of kind ${type} is not read`);
    checkValues({ bytes: values, at: 0 }, encoding, present, width, dictionary);
    done += count;
  }
  return pages;
}

function checkValues(
  data: Reader,
  encoding: number,
  count: number,
  width: number,
  dictionary: boolean,
): void {
  if (count === 0) return;
  if (encoding === PLAIN || encoding === BYTE_STREAM_SPLIT) {
    if (count * width > data.bytes.length) throw new Error(`${count} values do not fit into a page`);
  } else if (encoding === PLAIN_DICTIONARY || encoding === RLE_DICTIONARY) {
    if (!dictionary) throw new Error('a dictionary is not there');
    const bits = taken(data, 1)[0]!;
    if (bits > 32) throw new Error(`indices of ${bits} bits`);
    if (bits > 0) walkRuns(data, bits, count);
  } else if (encoding === RLE) {
    taken(data, 4);
    walkRuns(data, 1, count);
  }
}

/** How many of `count` levels of one bit are 1. */
function presentValues(levels: Uint8Array, count: number): number {
  let present = 0;
  walkRuns({ bytes: levels, at: 0 }, 1, count, (level, values) => {
    if (level & 1) present += values;
  });
  return present;
}

/**
 * Walks over runs up to `count` values.
 *
 * @param onRun told the value of each run and its length; of values packed bit by bit, only where they are of one bit.
 * @throws Error where a run is longer than the values left, or its bytes are not there.
 */
function walkRuns(
  data: Reader,
  bits: number,
  count: number,
  onRun?: (value: number, values: number) => void,
): void {
  for (let left = count; left > 0; ) {
    const header = readVarint(data);
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      if (length > left) throw new Error(`a run of ${length} values, ${left} are left`);
      const value = taken(data, Math.ceil(bits / 8))[0]!;
      onRun?.(value, length);
      left -= length;
    } else {
      // The last of eight values may be padding, whose bytes some writers leave out.
      const values = Math.min(left, 8 * length);
      const packed = taken(data, Math.min(length * bits, Math.max(0, data.bytes.length - data.at)));
      if (packed.length * 8 < values * bits) throw new Error('a run is cut short');
      if (onRun) for (let index = 0; index < values; index++) onRun(packed[index >> 3]! >> (index & 7), 1);
      left -= values;
    }
  }
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** A struct's fields by their numbers; text and lists are passed over. */
interface Struct {
  readonly [field: number]: Value;
}
type Value = number | boolean | Struct | undefined;

function number(value: Value): number {
  if (typeof value !== 'number') throw new Error('a page header lacks a number');
  return value;
}

function struct(value: Value): Struct {
  if (typeof value !== 'object') throw new Error('a page header is not whole');
  return value;
}

function readStruct(reader: Reader): Struct {
  const fields: Record<number, Value> = {};
  for (let id = 0; ; ) {
    const head = taken(reader, 1)[0]!;
    if (head === 0) return fields;
    id = head >> 4 ? id + (head >> 4) : readZigzag(reader);
    fields[id] = readValue(reader, head & 15);
  }
}

/** Types of the compact protocol: 1, 2 true and false; 3 byte; 4 to 6 integers; 7 double; 8 text; 9, 10 list; 12 struct. */
function readValue(reader: Reader, type: number): Value {
  switch (type) {
    case 1:
    case 2:
      return type === 1;
    case 3:
      taken(reader, 1);
      return undefined;
    case 4:
    case 5:
    case 6:
      return readZigzag(reader);
    case 7:
      taken(reader, 8);
      return undefined;
    case 8:
      taken(reader, readVarint(reader));
      return undefined;
    case 12:
      return readStruct(reader);
    default:
      throw new Error(`a page header with a field of type ${type}`);
  }
}

/** The next `count` bytes. */
function taken(reader: Reader, count: number): Uint8Array {
  const end = reader.at + count;
  if (!(count >= 0 && end <= reader.bytes.length)) throw new Error(`${count} bytes do not fit`);
  const bytes = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return bytes;
}

function readUint32(reader: Reader): number {
  const [a, b, c, d] = taken(reader, 4);
  return a! + 256 * (b! + 256 * (c! + 256 * d!));
}

function readVarint(reader: Reader): number {
  let value = 0;
  for (let scale = 1; scale < 2 ** 53; scale *= 128) {
    const byte = taken(reader, 1)[0]!;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw new Error('a number without end');
}

function readZigzag(reader: Reader): number {
  const value = readVarint(reader);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
