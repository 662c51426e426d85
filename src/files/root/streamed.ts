/**
 * ROOT's streamed objects in memory (TBufferFile): big-endian numbers, text, objects behind a byte count and their class's
 * version, and pointers, each to a new object or back to one before. Every count is held against the bytes that are left.
 */

/** What a pointer leads to, by the name of its class. */
export interface StreamedObject {
  readonly className: string;
}

const BYTE_COUNT = 0x4000_0000;
const CLASS_TAG = 0x8000_0000;
const NEW_CLASS = 0xffff_ffff;
/** Pointers count from two bytes before the object's key. */
const MAP_OFFSET = 2;
/** TObject's bit that an identifier of two bytes follows. */
const IS_REFERENCED = 1 << 4;
/** Branches in branches: ROOT splits 99 levels at most. */
const MAX_DEPTH = 250;

export class Streamed {
  readonly #view: DataView;
  readonly #objects = new Map<number, StreamedObject>();
  readonly #classes = new Map<number, string>();
  #at = 0;
  #end: number;
  #depth = 0;

  /** @param keyBytes length of the key before the object, from which its pointers count. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly keyBytes = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  uint8 = () => this.#view.getUint8(this.#step(1));
  int8 = () => this.#view.getInt8(this.#step(1));
  int16 = () => this.#view.getInt16(this.#step(2));
  int32 = () => this.#view.getInt32(this.#step(4));
  uint32 = () => this.#view.getUint32(this.#step(4));
  /** Beyond 2⁵³ it is no longer exact: no size or place in a file is. */
  int64 = () => Number(this.#view.getBigInt64(this.#step(8)));

  take(count: number): Uint8Array {
    const start = this.#step(count);
    return this.bytes.subarray(start, start + count);
  }

  /** A number of eight bytes in big files and of four in others. */
  place = (big: boolean) => (big ? this.int64() : this.int32());

  /** A TString: its length in one byte, or in four behind a 255. */
  text(): string {
    const short = this.uint8();
    return new TextDecoder().decode(this.take(short === 255 ? this.uint32() : short));
  }

  /** An array behind a byte that says whether it is there: `count` numbers of `width` bytes. */
  numbers(count: number, width: 4 | 8): number[] {
    if (this.uint8() === 0) return [];
    if (count * width > this.#end - this.#at) throw new Error(`an array of ${count} numbers does not fit`);
    return Array.from({ length: count }, width === 4 ? this.int32 : this.int64);
  }

  /** What stands behind a byte count and a version, of which `read` may leave a rest. */
  versioned<T>(read: (version: number) => T): T {
    return this.#within(this.#byteCount(this.uint32()), () => read(this.int16()));
  }

  skipVersioned(): void {
    this.versioned(() => {});
  }

  /** A class of known versions. */
  ofVersions<T>(
    className: string,
    [first, last]: readonly [number, number],
    read: (version: number) => T,
  ): T {
    return this.versioned((version) => {
      if (version < first || version > last)
        throw new Error(`${className} of version ${version}, where ${first} to ${last} are known`);
      return read(version);
    });
  }

  /** TNamed's name. */
  named(): string {
    return this.versioned(() => {
      this.#object();
      return this.text();
    });
  }

  /** A TObjArray, without its null pointers. */
  objects(read: (className: string) => object): StreamedObject[] {
    return this.versioned(() => {
      this.#object();
      this.text();
      const count = this.int32();
      this.int32();
      const found: StreamedObject[] = [];
      for (let index = 0; index < count; index++) {
        const object = this.pointer(read);
        if (object) found.push(object);
      }
      return found;
    });
  }

  /** @param read makes a new object, by its class's name; what it leaves of the object's bytes is skipped. */
  pointer(read: (className: string) => object): StreamedObject | undefined {
    const start = this.#at;
    const first = this.uint32();
    if (first === NEW_CLASS || (first & BYTE_COUNT) === 0) {
      if (first & CLASS_TAG) throw new Error('an object has no byte count');
      return this.#known(first);
    }
    return this.#within(this.#byteCount(first), () => {
      const tagAt = this.#at;
      const tag = this.uint32();
      if ((tag & CLASS_TAG) === 0) return this.#known(tag);
      const className = tag === NEW_CLASS ? this.#className() : this.#classes.get((tag & ~CLASS_TAG) >>> 0);
      if (className === undefined) throw new Error(`an object at byte ${start} has no class`);
      if (tag === NEW_CLASS) this.#classes.set(tagAt + this.keyBytes + MAP_OFFSET, className);
      // Known before it is read: what it holds may point back to it.
      const object = { className };
      this.#objects.set(start + this.keyBytes + MAP_OFFSET, object);
      return Object.assign(object, read(className));
    });
  }

  #known(tag: number): StreamedObject | undefined {
    if (tag === 0) return undefined;
    return this.#objects.get(tag) ?? { className: 'pointer that leads nowhere' };
  }

  #step(count: number): number {
    const start = this.#at;
    if (!(count >= 0 && count <= this.#end - start)) {
      throw new Error(`${count} bytes are wanted at byte ${start}, where ${this.#end - start} are left`);
    }
    this.#at += count;
    return start;
  }

  /** Where the object ends whose count of bytes was just read. */
  #byteCount(word: number): number {
    if ((word & BYTE_COUNT) === 0) throw new Error(`no byte count at byte ${this.#at - 4}`);
    return this.#at + (word & ~BYTE_COUNT);
  }

  #within<T>(end: number, read: () => T): T {
    const outer = this.#end;
    if (end > outer) throw new Error(`an object ends ${end - outer} bytes behind what holds it`);
    if (++this.#depth > MAX_DEPTH) throw new Error(`objects lie ${MAX_DEPTH} deep in each other`);
    this.#end = end;
    const found = read();
    this.#at = end;
    this.#end = outer;
    this.#depth--;
    return found;
  }

  /** TObject: a version without a byte count, an identifier and bits. */
  #object(): void {
    this.take(6);
    if (this.uint32() & IS_REFERENCED) this.take(2);
  }

  #className(): string {
    const length = this.bytes.subarray(this.#at, this.#end).indexOf(0);
    const name = new TextDecoder().decode(this.take(length));
    this.take(1);
    return name;
  }
}
