/**
 * A TTree's description by the versions of its classes: branches, their leaves, and where their baskets lie. What is not
 * needed is skipped by its byte count. Layouts: the streamers of ROOT 5.14 (2006) to 6.40; uproot's models have the same.
 */
import { Streamed, type StreamedObject } from './streamed.js';

export interface RootTree {
  readonly name: string;
  /** Number of entries: events, or jets. */
  readonly entries: number;
  readonly branches: ReadonlyMap<string, TreeBranch>;
  /** Names that several branches have: whichever is meant, it cannot be told. */
  readonly ambiguous: ReadonlySet<string>;
}

/** TBranch, and what TBranchElement adds for members of split objects. */
export interface TreeBranch {
  readonly name: string;
  readonly leaves: readonly Leaf[];
  readonly branches: readonly StreamedObject[];
  /** Baskets on disk: first byte, and number of bytes, 0 where there is none. */
  readonly basketSeeks: readonly number[];
  readonly basketBytes: readonly number[];
  /** The content of baskets inside the tree's own record: trees that were never flushed have some. */
  readonly embedded: readonly Uint8Array[];
  /** Where the baskets lie in another file: its name. */
  readonly fileName: string;
  /** Of a TBranchElement: whether it counts (3, 4) or holds (31, 41) the elements of a TClonesArray or STL collection. */
  readonly elementType?: number;
  /** Of a member: its type, by TVirtualStreamerInfo::EReadWrite. */
  readonly streamerType?: number;
  /** The branch of each entry's number of elements. */
  readonly counter: string | undefined;
}

export interface Leaf extends StreamedObject {
  /** Elements in each entry, or in each element of its list. */
  readonly length: number;
  readonly unsigned: boolean;
  readonly counter: Leaf | undefined;
}

/** What the streamed TBranch holds, before its leaves and branches are known to be such. */
interface RawBranch extends StreamedObject, Omit<TreeBranch, 'leaves' | 'embedded' | 'counter'> {
  readonly leaves: readonly StreamedObject[];
  readonly baskets: readonly StreamedObject[];
}

interface Basket extends StreamedObject {
  readonly data?: Uint8Array;
}

/**
 * @param name its path, as it was asked for.
 * @param className TTree, or TNtuple, which holds one.
 * @param record the unpacked object, behind a key of `keyBytes`.
 * @throws Error where it is damaged or of unknown versions.
 */
export function readTree(name: string, className: string, record: Uint8Array, keyBytes: number): RootTree {
  const streamed = new Streamed(record, keyBytes);
  const { entries, found } =
    className === 'TTree' ? tree(streamed) : streamed.versioned(() => tree(streamed));
  if (!Number.isSafeInteger(entries) || entries < 0) throw new Error(`it declares ${entries} entries`);
  const raw = new Set<RawBranch>();
  const collect = (objects: readonly StreamedObject[]) => {
    for (const object of objects) {
      if (!isBranch(object)) throw new Error(`a ${object.className} stands among its branches`);
      // By pointers one branch may stand in several places, its own branches among them.
      if (raw.has(object)) continue;
      raw.add(object);
      collect(object.branches);
    }
  };
  collect(found);
  // A leaf may have a name unlike its branch's.
  const branchOf = new Map<StreamedObject, string>();
  for (const branch of raw) for (const leaf of branch.leaves) branchOf.set(leaf, branch.name);
  const branches = new Map<string, TreeBranch>();
  const ambiguous = new Set<string>();
  for (const branch of raw) {
    const leaves = branch.leaves.filter(isLeaf);
    const counter = leaves[0]?.counter && branchOf.get(leaves[0].counter);
    const embedded = branch.baskets.flatMap((basket) => ('data' in basket ? [(basket as Basket).data!] : []));
    if (branches.has(branch.name)) ambiguous.add(branch.name);
    branches.set(branch.name, { ...branch, leaves, embedded, counter });
  }
  return { name, entries, branches, ambiguous };
}

const isBranch = (object: StreamedObject): object is RawBranch => 'basketSeeks' in object;
const isLeaf = (object: StreamedObject): object is Leaf => 'unsigned' in object;

function tree(streamed: Streamed) {
  return streamed.ofVersions('TTree', [16, 20], (version) => {
    // TNamed, TAttLine, TAttFill, TAttMarker.
    for (let base = 0; base < 4; base++) streamed.skipVersioned();
    const entries = streamed.int64();
    // fTotBytes, fZipBytes, fSavedBytes, [fFlushedBytes], fWeight; fTimerInterval, fScanField, fUpdate.
    streamed.take(8 * (version >= 18 ? 5 : 4) + 12);
    if (version >= 17) streamed.int32();
    const clusters = version >= 19 ? streamed.uint32() : 0;
    // fMaxEntries, fMaxEntryLoop, fMaxVirtualSize, fAutoSave, [fAutoFlush], fEstimate.
    streamed.take(8 * (version >= 18 ? 6 : 5));
    if (version >= 19) for (let table = 0; table < 2; table++) streamed.numbers(clusters, 8);
    if (version >= 20) streamed.skipVersioned();
    return { entries, found: streamed.objects((className) => object(streamed, className)) };
  });
}

/** What the lists and pointers of a tree lead to, without what no reader wants. */
function object(streamed: Streamed, className: string): object {
  if (className === 'TBranchElement') return branchElement(streamed);
  // TBranchObject, TBranchSTL and TBranchRef go on with what is not needed.
  if (className === 'TBranch') return branch(streamed);
  if (/^TBranch(Object|STL|Ref)$/.test(className)) return streamed.versioned(() => branch(streamed));
  if (className.startsWith('TLeaf')) return streamed.versioned(() => leaf(streamed));
  return className === 'TBasket' ? embeddedBasket(streamed) : {};
}

function branch(streamed: Streamed): Omit<RawBranch, 'className'> {
  return streamed.ofVersions('TBranch', [10, 13], (version) => {
    const list = () => streamed.objects((className) => object(streamed, className));
    const name = streamed.named();
    // TAttFill; fCompress, fBasketSize, fEntryOffsetLen.
    streamed.skipVersioned();
    streamed.take(12);
    const writeBasket = streamed.int32();
    streamed.int64();
    if (version >= 13) streamed.skipVersioned();
    streamed.int32();
    const maxBaskets = streamed.uint32();
    // fSplitLevel; fEntries, [fFirstEntry], fTotBytes, fZipBytes.
    streamed.take(4 + 8 * (version >= 11 ? 4 : 3));
    const [branches, leaves, baskets] = [list(), list(), list()];
    const basketBytes = streamed.numbers(maxBaskets, 4).slice(0, writeBasket);
    streamed.numbers(maxBaskets, 8);
    const basketSeeks = streamed.numbers(maxBaskets, 8).slice(0, writeBasket);
    if (basketSeeks.length !== basketBytes.length)
      throw new Error(`the places of "${name}" are not all there`);
    return { name, branches, leaves, baskets, basketBytes, basketSeeks, fileName: streamed.text() };
  });
}

function branchElement(streamed: Streamed): Omit<RawBranch, 'className'> {
  return streamed.ofVersions('TBranchElement', [8, 10], (version) => {
    const base = branch(streamed);
    for (let text = 0; text < 3; text++) streamed.text();
    // fCheckSum, fClassVersion, fID.
    streamed.take(version >= 10 ? 10 : 12);
    const elementType = streamed.int32();
    const streamerType = streamed.int32();
    streamed.int32();
    // Branches that count may be described here first.
    for (let count = 0; count < 2; count++) streamed.pointer((className) => object(streamed, className));
    return { ...base, elementType, streamerType };
  });
}

/** The TLeaf in front of a TLeafF, TLeafElement and the like; their smallest and largest value are not needed. */
function leaf(streamed: Streamed): Omit<Leaf, 'className'> {
  return streamed.ofVersions('TLeaf', [2, 2], () => {
    streamed.skipVersioned();
    const length = streamed.int32();
    // fLenType, fOffset, fIsRange.
    streamed.take(9);
    const unsigned = streamed.uint8() !== 0;
    const counter = streamed.pointer((className) => object(streamed, className)) as Leaf | undefined;
    return { length, unsigned, counter };
  });
}

/** A TBasket: a key, its own numbers, tables by its flag (TBasket::Streamer), and the data behind a second key. */
function embeddedBasket(streamed: Streamed): Omit<Basket, 'className'> {
  streamed.int32();
  const keyVersion = streamed.int16();
  streamed.take(8);
  const keyBytes = streamed.int16();
  streamed.take(2 + (keyVersion > 1000 ? 16 : 8));
  for (let text = 0; text < 3; text++) streamed.text();
  // Its version and fBufferSize.
  streamed.take(6);
  // Negative where a byte of further features follows.
  if (streamed.int32() < 0) streamed.uint8();
  const entries = streamed.int32();
  const last = streamed.int32();
  const flag = streamed.uint8();
  const tables = flag % 80;
  if (flag < 80 && tables % 10 !== 2 && flag !== 0) {
    if (entries > 0) streamed.take(4 * streamed.uint32());
    if (tables > 40) streamed.take(4 * streamed.uint32());
  }
  return tables === 1 || tables > 10 ? { data: streamed.take(last).subarray(keyBytes) } : {};
}
