/**
 * The branches of a TTree as {@link Events}. A branch's baskets hold its numbers one after the other, big-endian, whether an
 * event has one of them or a list.
 */
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import { type ByteSource, guardedAs } from '../source.js';
import type { Branch, Events, NumericType } from './branches.js';
import type { RootTree, TreeBranch } from './tree.js';
import { MAX_UNPACKED_BYTES, unzip } from './unzip.js';

const guarded = guardedAs('ROOT file');

export function treeEvents(source: ByteSource, tree: RootTree): Events {
  const branches = new Map<string, Branch>();
  for (const [name, branch] of tree.branches) {
    const type = numericType(branch);
    const { counter } = branch;
    branches.set(name, {
      type,
      list: isList(branch),
      sizes: counter === undefined ? undefined : { name: counter },
      pieces: () => baskets(source, branch, type!),
    });
  }
  return { title: `tree "${tree.name}"`, entries: tree.entries, branches, ambiguous: tree.ambiguous };
}

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
function numericType({
  leaves: [leaf, ...more],
  branches,
  elementType,
  streamerType,
}: TreeBranch): NumericType | undefined {
  // Of how many elements a collection has, whose members are its branches.
  if (elementType === 3 || elementType === 4) return Int32Array;
  if (leaf === undefined || more.length > 0 || branches.length > 0 || leaf.length > 1) return undefined;
  if (leaf.className === 'TLeafElement') return MEMBERS[streamerType ?? -1];
  return LEAVES[leaf.className]?.[leaf.unsigned ? 1 : 0];
}

/** True where each entry holds a list. */
function isList({ leaves: [leaf], elementType }: TreeBranch): boolean {
  return leaf?.counter !== undefined || elementType === 31 || elementType === 41;
}

/** What its baskets hold, those on disk, then those inside the tree's record. */
async function* baskets(
  source: ByteSource,
  { name, fileName, basketBytes, basketSeeks, embedded }: TreeBranch,
  type: NumericType,
): AsyncGenerator<NumericArray> {
  if (fileName) throw new InputError(source.name, `branch "${name}" lies in another file, ${fileName}`);
  const stored = basketBytes.flatMap((bytes, index) =>
    bytes > 0 ? [() => storedBasket(source, basketSeeks[index], bytes)] : [],
  );
  for (const [basket, read] of [...stored, ...embedded.map((data) => async () => data)].entries())
    yield await guarded(source.name, `basket ${basket} of branch "${name}"`, async () =>
      fromBigEndian(await read(), type),
    );
}

/** The content of a basket on disk: a key (TKey, then TBasket's own numbers), then the data, packed or not. */
async function storedBasket(source: ByteSource, seek: number, size: number): Promise<Uint8Array> {
  const bytes = await source.read(seek, seek + size);
  const view = new DataView(bytes.buffer);
  if (size < 40) throw new Error(`it has ${size} bytes`);
  const objectBytes = view.getInt32(6);
  const keyBytes = view.getInt16(14);
  if (!(objectBytes >= 0 && objectBytes <= MAX_UNPACKED_BYTES && keyBytes >= 40 && keyBytes <= size))
    throw new Error(`its key is damaged (${keyBytes} bytes, ${objectBytes} bytes of data)`);
  // The key ends in fLast (position behind the data, counted from the key's start) and a flag.
  const dataBytes = view.getInt32(keyBytes - 5) - keyBytes;
  if (!(dataBytes >= 0 && dataBytes <= objectBytes)) throw new Error(`its data ends at byte ${dataBytes}`);
  const packed = bytes.subarray(keyBytes);
  const data = packed.length < objectBytes ? await unzip(packed, objectBytes) : packed;
  return data.subarray(0, dataBytes);
}

function fromBigEndian(bytes: Uint8Array, Type: NumericType): NumericArray {
  const width = new Type(0).BYTES_PER_ELEMENT;
  if (bytes.length % width !== 0) throw new Error(`its ${bytes.length} bytes are no whole number of values`);
  const values = new Type(bytes.length / width);
  const out = new Uint8Array(values.buffer);
  // Widths are powers of two: the places within a number are turned round.
  for (let place = 0; place < bytes.length; place++) out[place ^ (width - 1)] = bytes[place];
  return values;
}
