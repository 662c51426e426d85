/**
 * Branches of a tree, read in step, some thousand events at a time: single numbers, and lists with their counts. A branch's
 * baskets hold its numbers one after the other, big-endian, whether an event has one of them or a list.
 */
import { InputError } from '../../errors.js';
import { joined, type NumericArray } from '../../jets/numeric-array.js';
import { type ByteSource, guardedAs } from '../source.js';
import type { Branch, RootTree } from './tree.js';
import { MAX_UNPACKED_BYTES, unzip } from './unzip.js';

const guarded = guardedAs('ROOT file');

type NumericType = new (length: number) => NumericArray;

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

/** Events at a time: about 50,000 jets, a few megabytes. */
const EVENTS = 8192;

/** Branches with one list an event each, all of them as long as each other. */
export interface Collection {
  readonly members: readonly string[];
  /** The branch that counts the elements, where the members do not say it themselves. */
  readonly counter?: string | undefined;
}

export interface EventChunk {
  /** Index of the first event in the tree. */
  readonly firstEvent: number;
  readonly events: number;
  /** By branch: single numbers, [events] each, and the elements of lists, event after event. */
  readonly values: Readonly<Record<string, NumericArray>>;
  /** How many elements each event's lists have, [events] each, by collection. */
  readonly counts: Readonly<Record<string, Int32Array>>;
}

/**
 * Reads branches in step. Each list is cut into events by the branch that its own leaf names as its counter: `nJet` is often
 * a number of another kind, or not there.
 *
 * @param numbers branches of one number an event.
 * @param collections branches of lists, by a name for each collection.
 * @throws InputError where a branch is missing, one of two of its name, holds no numbers, lists instead of numbers or the
 *   reverse, ends too early, or has lists of another length than its collection.
 */
export async function* readEvents(
  source: ByteSource,
  tree: RootTree,
  numbers: readonly string[],
  collections: Readonly<Record<string, Collection>>,
): AsyncGenerator<EventChunk> {
  const fault = (problem: string) => new InputError(source.name, problem);
  const open = (name: string, list: boolean): BranchReader => {
    const branch = tree.branches.get(name);
    if (branch === undefined) throw fault(`tree "${tree.name}" has no branch "${name}"`);
    if (tree.ambiguous.has(name))
      throw fault(`tree "${tree.name}" has two branches named "${name}"; rename one`);
    if (numericType(branch) === undefined) throw fault(`branch "${name}" holds no plain numbers`);
    // Their values would be those of other entries from the first on.
    if (isList(branch) !== list) {
      const [found, wanted] = list ? ['one number', 'a list'] : ['a list', 'one number'];
      throw fault(`branch "${name}" has ${found} an entry where ${wanted} is expected`);
    }
    return readBranch(source, branch);
  };
  const readers = new Map(numbers.map((name) => [name, open(name, false)]));
  const counters = new Map<string, Map<string, BranchReader>>();
  for (const [collection, { members, counter }] of Object.entries(collections)) {
    const own = new Map<string, BranchReader>();
    for (const name of members) {
      readers.set(name, open(name, true));
      const counting = counter ?? tree.branches.get(name)!.counter;
      if (counting === undefined)
        throw fault(`branch "${name}" does not say which branch counts its elements`);
      if (!own.has(counting)) own.set(counting, open(counting, false));
    }
    counters.set(collection, own);
  }
  for (let firstEvent = 0; firstEvent < tree.entries; firstEvent += EVENTS) {
    const events = Math.min(EVENTS, tree.entries - firstEvent);
    const values: Record<string, NumericArray> = {};
    const counts: Record<string, Int32Array> = {};
    for (const name of numbers) values[name] = await readers.get(name)!(events);
    for (const [collection, { members }] of Object.entries(collections)) {
      let first = '';
      for (const [name, reader] of counters.get(collection)!) {
        const own = Int32Array.from(await reader(events), Number);
        counts[collection] ??= own;
        first ||= name;
        for (const [event, count] of own.entries()) {
          const expected = counts[collection][event];
          if (count < 0) throw fault(`damaged: event ${firstEvent + event} has ${name} = ${count}`);
          if (count !== expected)
            throw fault(
              `event ${firstEvent + event} has ${first} = ${expected} and ${name} = ${count}: lists of one jet collection must be of one length`,
            );
        }
      }
      counts[collection] ??= new Int32Array(events);
      const total = counts[collection].reduce((sum, count) => sum + count, 0);
      for (const name of members) values[name] = await readers.get(name)!(total);
    }
    yield { firstEvent, events, values, counts };
  }
}

/** The next `count` values of a branch. @throws InputError where it ends before. */
type BranchReader = (count: number) => Promise<NumericArray>;

function readBranch(source: ByteSource, branch: Branch): BranchReader {
  const { name, fileName, basketBytes, basketSeeks, embedded } = branch;
  const Type = numericType(branch)!;
  if (fileName) throw new InputError(source.name, `branch "${name}" lies in another file, ${fileName}`);
  /** Baskets on disk, then those inside the tree's record. */
  const baskets = [
    ...basketBytes.flatMap((bytes, index) =>
      bytes > 0 ? [() => storedBasket(source, basketSeeks[index], bytes)] : [],
    ),
    ...embedded.map((data) => async () => data),
  ];
  let basket = 0;
  let ready: NumericArray = new Type(0);
  return async (count) => {
    const pieces = ready.length > 0 ? [ready] : [];
    let values = ready.length;
    while (values < count) {
      const place = `basket ${basket} of branch "${name}"`;
      const read = baskets[basket++];
      if (read === undefined)
        throw new InputError(
          source.name,
          `damaged: branch "${name}" ends, ${count - values} values too early`,
        );
      const piece = await guarded(source.name, place, async () => fromBigEndian(await read(), Type));
      values += piece.length;
      if (piece.length > 0) pieces.push(piece);
    }
    if (pieces.length > 0) ready = joined(pieces);
    const taken = ready.subarray(0, count);
    ready = ready.subarray(count);
    return taken;
  };
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
