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
const [DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2] = [0, 2, 3];
const [PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY, BYTE_STREAM_SPLIT] = [0, 2, 3, 8, 9];

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
  const reader = new Reader(chunk);
  let dictionary = false;
  for (let done = 0; done < rows; ) {
    if (reader.left === 0) throw new Error(`it ends after ${done} of ${rows} rows`);
    const header = reader.struct();
    const [type, size, packedBytes] = [1, 2, 3].map((field) => number(header, field));
    const page = new Reader(reader.take(packedBytes));
    if (!(size >= 0 && size <= MAX_PAGE_BYTES))
      throw new Error(
        `a page of ${size} bytes; at most ${MAX_PAGE_BYTES} are read: write smaller row groups`,
      );
    if (type === DICTIONARY_PAGE) {
      const count = number(struct(header, 7), 1);
      if (!(count >= 0 && count * width <= unpacked(page.rest(), size).length))
        throw new Error(`a dictionary of ${count} values does not fit`);
      dictionary = true;
      continue;
    }
    if (type !== DATA_PAGE && type !== DATA_PAGE_V2) throw new Error(`a page of kind ${type} is not read`);
    const isV2 = type === DATA_PAGE_V2;
    const data = struct(header, isV2 ? 8 : 5);
    const [count, encoding] = [number(data, 1), number(data, isV2 ? 4 : 2)];
    if (!(count >= 0 && count <= rows - done)) throw new Error('it has more values than rows');
    let values = page;
    let present = count;
    if (isV2) {
      const levelBytes = number(data, 5);
      if (number(data, 6) !== 0 || levelBytes > size)
        throw new Error(`levels of ${levelBytes} bytes do not fit`);
      const levels = new Reader(page.take(levelBytes));
      if (optional) present = checkRuns(levels, 1, count);
      if (count - present !== number(data, 2)) throw new Error('it miscounts its missing values');
      if (data[7] !== false) values = new Reader(unpacked(page.rest(), size - levelBytes));
    } else {
      values = new Reader(unpacked(page.rest(), size));
      if (optional) present = checkRuns(new Reader(values.take(values.uint32())), 1, count);
    }
    if (present > 0) checkValues(values, encoding, present, width, dictionary);
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
  if (encoding === PLAIN || encoding === BYTE_STREAM_SPLIT) {
    if (count * width > data.left) throw new Error(`${count} values do not fit into a page`);
  } else if (encoding === PLAIN_DICTIONARY || encoding === RLE_DICTIONARY) {
    if (!dictionary) throw new Error('a dictionary is not there');
    const [bits] = data.take(1);
    if (bits > 32) throw new Error(`indices of ${bits} bits`);
    if (bits > 0) checkRuns(data, bits, count);
  } else if (encoding === RLE) {
    data.take(4);
    checkRuns(data, 1, count);
  }
}

/**
 * Walks over runs up to `count` values.
 *
 * @returns of values of one bit, how many are 1.
 * @throws Error where a run is longer than the values left, or its bytes are not there.
 */
function checkRuns(data: Reader, bits: number, count: number): number {
  let ones = 0;
  for (let left = count; left > 0; ) {
    const header = data.varint();
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      if (length > left) throw new Error(`a run of ${length} values, ${left} are left`);
      ones += length * (data.take(Math.ceil(bits / 8))[0] & 1);
      left -= length;
    } else {
      // The last of eight values may be padding, whose bytes some writers leave out.
      const values = Math.min(left, 8 * length);
      if (values * bits > 8 * data.left) throw new Error('a run is cut short');
      const packed = data.take(Math.min(length * bits, data.left));
      if (bits === 1) for (let i = 0; i < values; i++) ones += (packed[i >> 3] >> (i & 7)) & 1;
      left -= values;
    }
  }
  return ones;
}

/** A struct's fields by their numbers; text is passed over. */
interface Struct {
  readonly [field: number]: number | boolean | Struct | undefined;
}

function number(fields: Struct, field: number): number {
  const value = fields[field];
  if (typeof value !== 'number') throw new Error('a page header lacks a number');
  return value;
}

function struct(fields: Struct, field: number): Struct {
  const value = fields[field];
  if (typeof value !== 'object') throw new Error('a page header is not whole');
  return value;
}

class Reader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Bytes that are left. */
  get left(): number {
    return this.bytes.length - this.#at;
  }

  take(count: number): Uint8Array {
    if (!(count >= 0 && count <= this.left)) throw new Error(`${count} bytes do not fit`);
    this.#at += count;
    return this.bytes.subarray(this.#at - count, this.#at);
  }

  rest = () => this.take(this.left);

  uint32(): number {
    const [a, b, c, d] = this.take(4);
    return a + 256 * (b + 256 * (c + 256 * d));
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 53; scale *= 128) {
      const [byte] = this.take(1);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Error('a number without end');
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  struct(): Struct {
    const fields: Record<number, Struct[number]> = {};
    for (let id = 0; ; ) {
      const [head] = this.take(1);
      if (head === 0) return fields;
      id = head >> 4 ? id + (head >> 4) : this.zigzag();
      fields[id] = this.#value(head & 15);
    }
  }

  /** Types of the compact protocol: 1, 2 true and false; 3 byte; 4 to 6 integers; 7 double; 8 text; 12 struct. */
  #value(type: number): Struct[number] {
    if (type === 1 || type === 2) return type === 1;
    if (type >= 4 && type <= 6) return this.zigzag();
    if (type === 12) return this.struct();
    if (type === 3) this.take(1);
    else if (type === 7) this.take(8);
    else if (type === 8) this.take(this.varint());
    else throw new Error(`a page header with a field of type ${type}`);
    return undefined;
  }
}
