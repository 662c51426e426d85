/**
 * A branch's numbers, basket by basket: in a basket they lie one after the other, big-endian, whether an entry has one
 * of them or a list. Cutting them into entries is the work of whoever knows the counts (events.ts).
 */
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import { guarded } from './file.js';
import type { Branch } from './tree.js';
import { MAX_UNPACKED_BYTES, unzip } from './unzip.js';

/** Reads a branch from its first value on. */
export interface BranchReader {
  /**
   * The next `count` values.
   *
   * @throws InputError where the branch ends before.
   */
  take(count: number): Promise<NumericArray>;
}

type NumericType = new (buffer: ArrayBuffer) => NumericArray;

/** Types of the leaves of plain branches; signed, unsigned. */
const LEAVES: Readonly<Record<string, readonly [NumericType, NumericType]>> = {
  TLeafO: [Uint8Array, Uint8Array],
  TLeafB: [Int8Array, Uint8Array],
  TLeafS: [Int16Array, Uint16Array],
  TLeafI: [Int32Array, Uint32Array],
  TLeafL: [BigInt64Array, BigUint64Array],
  TLeafG: [BigInt64Array, BigUint64Array],
  TLeafF: [Float32Array, Float32Array],
  TLeafD: [Float64Array, Float64Array],
};

/** Types of the members of split objects, by TVirtualStreamerInfo::EReadWrite. */
const MEMBERS: Readonly<Record<number, NumericType>> = {
  1: Int8Array,
  2: Int16Array,
  3: Int32Array,
  4: BigInt64Array,
  5: Float32Array,
  6: Int32Array,
  8: Float64Array,
  11: Uint8Array,
  12: Uint16Array,
  13: Uint32Array,
  14: BigUint64Array,
  15: Uint32Array,
  16: BigInt64Array,
  17: BigUint64Array,
  18: Uint8Array,
};

/** The type of a branch's numbers; undefined where it holds something else (text, objects, arrays of fixed length). */
export function numericType({
  leaves: [leaf, ...more],
  branches,
  elementType,
  streamerType,
}: Branch): NumericType | undefined {
  // Of how many elements a collection has, whose members are its branches.
  if (elementType === 3 || elementType === 4) return Int32Array;
  if (leaf === undefined || more.length > 0 || branches.length > 0 || leaf.length > 1) return undefined;
  if (leaf.className === 'TLeafElement') return MEMBERS[streamerType ?? -1];
  return LEAVES[leaf.className]?.[leaf.unsigned ? 1 : 0];
}

/** True where each entry holds a list. */
export function isList({ leaves: [leaf], elementType }: Branch): boolean {
  return leaf?.counter !== undefined || elementType === 31 || elementType === 41;
}

/** Name of the branch that counts the elements of each entry; undefined where a branch has none. */
export function counterOf(branch: Branch): string | undefined {
  return branch.counter;
}

/** @param branch one of a {@link numericType}. */
export function readBranch(source: ByteSource, branch: Branch): BranchReader {
  const Type = numericType(branch)!;
  if (branch.fileName) {
    throw new InputError(source.name, `branch "${branch.name}" lies in another file, ${branch.fileName}`);
  }
  /** Baskets on disk, then those inside the tree's record. */
  const baskets = [
    ...branch.basketBytes.flatMap((bytes, index) =>
      bytes > 0 ? [() => storedBasket(source, branch.basketSeeks[index]!, bytes)] : [],
    ),
    ...branch.embedded.map((data) => async () => data),
  ];
  let basket = 0;
  let ready: NumericArray = new Type(new ArrayBuffer(0));
  return {
    async take(count) {
      if (ready.length >= count) return split(count);
      const pieces = [ready];
      let values = ready.length;
      while (values < count) {
        const place = `basket ${basket} of branch "${branch.name}"`;
        const read = baskets[basket++];
        if (read === undefined) {
          throw new InputError(
            source.name,
            `damaged: branch "${branch.name}" ends, ${count - values} values too early`,
          );
        }
        ready = await guarded(source.name, place, async () => fromBigEndian(await read(), Type));
        pieces.push(ready);
        values += ready.length;
      }
      ready = joined(pieces, values, Type);
      return split(count);
    },
  };

  function split(count: number): NumericArray {
    const taken = ready.subarray(0, count);
    ready = ready.subarray(count);
    return taken;
  }
}

/** The content of a basket on disk: a key (TKey, then TBasket's own numbers), then the data, packed or not. */
async function storedBasket(source: ByteSource, seek: number, size: number): Promise<Uint8Array> {
  const bytes = await source.read(seek, seek + size);
  const view = new DataView(bytes.buffer);
  if (size < 40) throw new Error(`it has ${size} bytes`);
  const objectBytes = view.getInt32(6);
  const keyBytes = view.getInt16(14);
  // The key ends in fLast (position behind the data, counted from the key's start) and a flag.
  const last = view.getInt32(keyBytes - 5);
  const dataBytes = last - keyBytes;
  if (!(objectBytes >= 0 && objectBytes <= MAX_UNPACKED_BYTES && keyBytes >= 40 && keyBytes <= size)) {
    throw new Error(`its key is damaged (${keyBytes} bytes, ${objectBytes} bytes of data)`);
  }
  if (!(dataBytes >= 0 && dataBytes <= objectBytes)) throw new Error(`its data ends at byte ${dataBytes}`);
  const packed = bytes.subarray(keyBytes);
  if (packed.length < objectBytes) return (await unzip(packed, objectBytes)).subarray(0, dataBytes);
  return packed.subarray(0, dataBytes);
}

function fromBigEndian(bytes: Uint8Array, Type: NumericType): NumericArray {
  // Turned round in place where nobody else has them.
  const own = bytes.length === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
  const { buffer } = own as Uint8Array<ArrayBuffer>;
  const width = new Type(new ArrayBuffer(0)).BYTES_PER_ELEMENT;
  if (buffer.byteLength % width !== 0)
    throw new Error(`its ${buffer.byteLength} bytes are no whole number of values`);
  swapBytes(buffer, width);
  return new Type(buffer);
}

/** Turns round the bytes of every value, in place. */
function swapBytes(buffer: ArrayBuffer, width: number): void {
  if (width === 2) {
    const words = new Uint16Array(buffer);
    for (let i = 0; i < words.length; i++) words[i] = (words[i]! << 8) | (words[i]! >>> 8);
  }
  if (width < 4) return;
  const words = new Uint32Array(buffer);
  for (let i = 0; i < words.length; i++) {
    const halves = (words[i]! << 16) | (words[i]! >>> 16);
    words[i] = ((halves & 0x00ff00ff) << 8) | ((halves >>> 8) & 0x00ff00ff);
  }
  if (width < 8) return;
  for (let i = 0; i < words.length; i += 2) [words[i], words[i + 1]] = [words[i + 1]!, words[i]!];
}

function joined(pieces: readonly NumericArray[], length: number, Type: NumericType): NumericArray {
  const filled = pieces.filter((piece) => piece.length > 0);
  if (filled.length === 1) return filled[0]!;
  const out = new Type(new ArrayBuffer(length * pieces[0]!.BYTES_PER_ELEMENT));
  let at = 0;
  for (const piece of filled) {
    (out as Float64Array).set(piece as Float64Array, at);
    at += piece.length;
  }
  return out;
}
