/**
 * The description of an RNTuple, ROOT's format after TTree: anchor, header, footer and lists of pages (version 1 of
 * tree/ntuple/doc/BinaryFormatSpecification.md in ROOT). Every size is held against the file before anything is allocated,
 * and every checksum (XXH3, 64 bits) is checked.
 */
import { createXXHash3 } from 'hash-wasm';
import type { ByteSource } from '../source.js';
import { Streamed } from './streamed.js';
import { MAX_UNPACKED_BYTES, unzip } from './unzip.js';

export interface RNTuple {
  readonly fields: readonly Field[];
  /** Those with pages, by their number. */
  readonly columns: readonly Column[];
  /** In the order of their entries. */
  readonly clusters: readonly Cluster[];
  readonly entries: number;
  /** False where WebAssembly does not start, as below a limit of virtual memory: then no checksum was checked. */
  readonly isChecked: boolean;
  /** The content of a page, unpacked: `size` bytes. */
  readPage(page: Page, size: number): Promise<Uint8Array>;
}

export interface Field {
  readonly name: string;
  readonly typeName: string;
  /** The number of the field that it is part of; its own where it is part of none. */
  readonly parent: number;
  readonly role: number;
  /** True for arrays of fixed length. */
  readonly repeated: boolean;
  /** Numbers of its columns, those of projected fields being other fields'. */
  readonly columns: number[];
}

export interface Column {
  readonly id: number;
  readonly type: number;
  /** Of each element. */
  readonly bits: number;
  readonly field: number;
  /** A field may have its numbers in one of several kinds of columns, in each cluster in another one. */
  readonly representation: number;
  /** The elements before it are 0, and in no page: of fields that came when others had entries. */
  readonly first: number;
  readonly min: number;
  readonly max: number;
}

export interface Cluster {
  readonly firstEntry: number;
  readonly entries: number;
  /** A column's pages in order; undefined where it has none here, another representation having them. */
  pages(column: number): Iterable<Page> | undefined;
}

export interface Page extends Place {
  readonly elements: number;
  readonly hasChecksum: boolean;
}

interface Place {
  readonly seek: number;
  /** As stored. */
  readonly bytes: number;
}

/** To an envelope. */
interface Link extends Place {
  /** Bytes unpacked. */
  readonly size: number;
}

type EnvelopeType = 1 | 2 | 3;
const [HEADER, FOOTER, PAGE_LIST] = [1, 2, 3] as const;

const CHECKSUM_BYTES = 8;
/** Descriptions repeat themselves, and pack well; beyond this many times their stored length nothing honest does. */
const MOST_RATIO = 1024;
/** Fields, columns and clusters, each: NanoAOD has some 6,000 fields. */
const MOST_PARTS = 2 ** 17;
/** Entries that a field came too late for: zeros of which the file holds nothing. */
const MOST_ZEROS = 2 ** 28;

/**
 * @param anchor the unpacked object.
 * @throws Error where it is damaged, or of a version that is not known.
 */
export async function readRNTuple(source: ByteSource, anchor: Uint8Array): Promise<RNTuple> {
  const checksum = await loadChecksum();
  const places = readAnchor(anchor, checksum);
  const fits = ({ bytes }: Place) => {
    if (places.maxKeyBytes > 0 && bytes > places.maxKeyBytes)
      throw new Error(`${bytes} bytes lie in several keys, which is not read`);
  };
  const envelope = async (type: EnvelopeType, link: Link) => {
    fits(link);
    return await readEnvelope(source, checksum, type, link);
  };
  const header = await envelope(HEADER, places.header);
  const fields: Field[] = [];
  const columns: Column[] = [];
  header.features();
  for (let text = 0; text < 3; text++) header.text();
  readSchema(header, fields, columns);

  const footer = await envelope(FOOTER, places.footer);
  footer.features();
  if (footer.int64() !== header.checksum) throw new Error('its footer belongs to another header');
  footer.record(() => {
    if (footer.left > 0) readSchema(footer, fields, columns);
  });
  const groups = footer.list(() =>
    footer.record(() => {
      // First entry, and number of entries.
      footer.take(16);
      return { clusters: footer.uint32(), link: { size: footer.size(), ...footer.locator() } };
    }),
  );
  const clusters: Cluster[] = [];
  let described = 0;
  for (const { clusters: count, link } of groups) {
    described += link.size;
    if (described > MAX_UNPACKED_BYTES)
      throw new Error(`its lists of pages take more than ${MAX_UNPACKED_BYTES} bytes`);
    const found = readPageList(await envelope(PAGE_LIST, link), header.checksum);
    if (found.length !== count) throw new Error(`${found.length} clusters stand where ${count} are declared`);
    for (const cluster of found) push(clusters, cluster);
  }
  clusters.sort((a, b) => a.firstEntry - b.firstEntry);
  let entries = 0;
  for (const cluster of clusters) {
    if (cluster.firstEntry !== entries)
      throw new Error(`a cluster begins with entry ${cluster.firstEntry} where ${entries} is next`);
    entries += cluster.entries;
  }
  if (!Number.isSafeInteger(entries)) throw new Error(`it declares ${entries} entries`);

  return {
    fields,
    columns,
    clusters,
    entries,
    isChecked: checksum !== undefined,
    async readPage(page, size) {
      fits(page);
      const end = page.seek + page.bytes;
      const stored = await source.read(page.seek, end + (page.hasChecksum ? CHECKSUM_BYTES : 0));
      if (page.hasChecksum) checkSum(stored, checksum);
      const packed = stored.subarray(0, page.bytes);
      return packed.length === size ? packed : await unzip(packed, size);
    },
  };
}

/** XXH3 of bytes; undefined where WebAssembly does not start. */
type Checksum = ((bytes: Uint8Array) => bigint) | undefined;

async function loadChecksum(): Promise<Checksum> {
  const hash = await createXXHash3().catch(() => undefined);
  return hash && ((bytes) => BigInt(`0x${hash.init().update(bytes).digest()}`));
}

/** Held against the last eight bytes. */
function checkSum(bytes: Uint8Array, checksum: Checksum, littleEndian = true): void {
  const end = bytes.length - CHECKSUM_BYTES;
  const expected = new DataView(bytes.buffer, bytes.byteOffset + end).getBigUint64(0, littleEndian);
  if (checksum && checksum(bytes.subarray(0, end)) !== expected)
    throw new Error('its checksum is another: bytes have changed since it was written');
}

/** ROOT::RNTuple: a streamed object, big-endian, behind which the checksum of its members stands. */
function readAnchor(bytes: Uint8Array, checksum: Checksum) {
  const streamed = new Streamed(bytes);
  const found = streamed.versioned(() => {
    const epoch = streamed.int16();
    if (epoch !== 1)
      throw new Error(`it is of epoch ${epoch}, where 1 is read; write it with ROOT 6.34 or later`);
    // Major and minor version, and patch: what cannot be read has a feature flag.
    streamed.take(6);
    const link = (): Link => ({
      seek: streamed.int64(),
      bytes: streamed.int64(),
      size: streamed.int64(),
    });
    return { header: link(), footer: link(), maxKeyBytes: streamed.int64() };
  });
  // Behind byte count and version.
  checkSum(bytes.subarray(6), checksum, false);
  return found;
}

async function readEnvelope(
  source: ByteSource,
  checksum: Checksum,
  type: EnvelopeType,
  { seek, bytes, size }: Link,
): Promise<Frames> {
  if (!(size >= 2 * CHECKSUM_BYTES && size <= MOST_RATIO * bytes))
    throw new Error(`${bytes} bytes are to hold a description of ${size}`);
  const stored = await source.read(seek, seek + bytes);
  const content = bytes === size ? stored : await unzip(stored, size);
  checkSum(content, checksum);
  const frames = new Frames(content);
  const [found, length] = [frames.uint16(), frames.uint16() + 2 ** 16 * frames.uint32()];
  if (found !== type || length !== size)
    throw new Error(
      `an envelope of type ${found} and ${length} bytes stands where ${type} of ${size} belongs`,
    );
  return frames;
}

function push<Part>(parts: Part[], part: Part): void {
  if (parts.length === MOST_PARTS)
    throw new Error(`it has more than ${MOST_PARTS} fields, columns or clusters`);
  parts.push(part);
}

/** Fields, columns and alias columns, behind those that are known. */
function readSchema(frames: Frames, fields: Field[], columns: Column[]): void {
  frames.list(() =>
    frames.record(() => {
      // Versions of the field and its type.
      frames.take(8);
      const [parent, role, flags] = [frames.uint32(), frames.uint16(), frames.uint16()];
      const [name, typeName] = [frames.text(), frames.text()];
      push(fields, { name, typeName, parent, role, repeated: (flags & 1) !== 0, columns: [] });
    }),
  );
  const attach = (field: number, column: number) => {
    if (fields[field] === undefined || columns[column] === undefined)
      throw new Error(`column ${column} of field ${field} is declared, and not both are there`);
    fields[field].columns.push(column);
  };
  frames.list(() =>
    frames.record(() => {
      const [type, bits, field] = [frames.uint16(), frames.uint16(), frames.uint32()];
      const [flags, representation] = [frames.uint16(), frames.uint16()];
      // Below 0 where another representation has the elements before.
      const first = flags & 1 ? Math.max(0, Number(frames.int64())) : 0;
      const [min, max] = flags & 2 ? [frames.float64(), frames.float64()] : [0, 0];
      if (first > MOST_ZEROS) throw new Error(`field ${field} is said to begin with entry ${first}`);
      const id = columns.length;
      push(columns, { id, type, bits, field, representation, first, min, max });
      attach(field, id);
    }),
  );
  frames.list(() =>
    frames.record(() => {
      const [column, field] = [frames.uint32(), frames.uint32()];
      attach(field, column);
    }),
  );
  frames.list(() => frames.record(() => {}));
}

function readPageList(frames: Frames, headerChecksum: bigint): Cluster[] {
  if (frames.int64() !== headerChecksum) throw new Error('its lists of pages belong to another header');
  const ranges = frames.list(() =>
    frames.record(() => {
      const firstEntry = frames.size();
      const word = BigInt.asUintN(64, frames.int64());
      if ((word >> 56n) & 1n) throw new Error('it has sharded clusters, which are not read');
      return { firstEntry, entries: Number(word & ((1n << 56n) - 1n)) };
    }),
  );
  /** For each cluster where the lists of its columns' pages begin. */
  const lists = frames.list(() => Float64Array.from(frames.list(() => frames.skipFrame())));
  if (lists.length !== ranges.length)
    throw new Error(`pages of ${lists.length} clusters are listed, of ${ranges.length}`);
  return ranges.map((range, index) => ({
    ...range,
    pages(column) {
      const at = lists[index][column];
      return at === undefined ? undefined : frames.pages(at);
    },
  }));
}

/** What an envelope holds: little-endian numbers, text, and frames, which are records or lists and say their length. */
class Frames {
  readonly checksum: bigint;
  readonly #view: DataView;
  #at = 0;
  #end: number;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length - CHECKSUM_BYTES;
    this.checksum = this.#view.getBigInt64(this.#end, true);
  }

  get left(): number {
    return this.#end - this.#at;
  }

  uint16 = () => this.#view.getUint16(this.#step(2), true);
  uint32 = () => this.#view.getUint32(this.#step(4), true);
  int32 = () => this.#view.getInt32(this.#step(4), true);
  int64 = () => this.#view.getBigInt64(this.#step(8), true);
  float64 = () => this.#view.getFloat64(this.#step(8), true);
  /** A size or place, exact up to 2⁵³, which no file reaches. */
  size = () => Number(BigInt.asUintN(64, this.int64()));
  take = (count: number) => {
    this.#step(count);
  };

  text(): string {
    const length = this.uint32();
    const start = this.#step(length);
    return new TextDecoder().decode(this.bytes.subarray(start, start + length));
  }

  /** @throws Error where the file has what only later readers know. */
  features(): void {
    let flags: bigint;
    do {
      flags = this.int64();
      if (BigInt.asUintN(63, flags) !== 0n) throw new Error('it has features of later versions');
    } while (flags < 0n);
  }

  /** A record, of which `read` may leave a rest. */
  record<T>(read: () => T): T {
    const start = this.#at;
    return this.#within(start + Number(this.int64()), read);
  }

  list<T>(read: () => T): T[] {
    const start = this.#at;
    const end = start - Number(this.int64());
    const count = this.uint32();
    return this.#within(end, () => {
      const items: T[] = [];
      for (let item = 0; item < count; item++) items.push(read());
      return items;
    });
  }

  /** @returns where it began. */
  skipFrame(): number {
    const start = this.#at;
    const size = Math.abs(Number(this.int64()));
    return this.#within(start + size, () => start);
  }

  /** Size and place in the file. */
  locator(): Place {
    const start = this.#at;
    const word = this.int32();
    if (word >= 0) return { bytes: word, seek: this.size() };
    const [type, length] = [-word >> 24, -word & 0xffff];
    if (type !== 1) throw new Error(`it has locators of type ${type}, which are not read`);
    return this.#within(start + length, () => ({ bytes: this.size(), seek: this.size() }));
  }

  /** The pages in the list at `at`, one after the other; undefined where the column is suppressed. */
  pages(at: number): Iterable<Page> | undefined {
    this.#at = at;
    this.#end = at + Math.abs(Number(this.#view.getBigInt64(at, true)));
    this.int64();
    const count = this.uint32();
    // Behind the pages stands the number of the first element, below 0 for suppressed columns.
    return count === 0 && this.int64() < 0n ? undefined : this.#listed(at + 12, count, this.#end);
  }

  *#listed(first: number, count: number, end: number): Generator<Page> {
    let at = first;
    for (let page = 0; page < count; page++) {
      // Others may have read since the last page.
      [this.#at, this.#end] = [at, end];
      const elements = this.int32();
      const place = this.locator();
      at = this.#at;
      yield { ...place, elements: Math.abs(elements), hasChecksum: elements < 0 };
    }
  }

  #step(count: number): number {
    const start = this.#at;
    if (count > this.#end - start)
      throw new Error(`${count} bytes are wanted at byte ${start}, where ${this.#end - start} are left`);
    this.#at += count;
    return start;
  }

  #within<T>(end: number, read: () => T): T {
    const outer = this.#end;
    if (!(end >= this.#at && end <= outer))
      throw new Error(`a frame at byte ${this.#at} does not fit in what holds it`);
    this.#end = end;
    const found = read();
    this.#at = end;
    this.#end = outer;
    return found;
  }
}
