/** A ROOT file's directory and the description of its trees, parsed by JSROOT; the data is read by branch.ts. */
import { internals } from '#jsroot/core';
import { FileProxy, openFile, type TDirectory } from '#jsroot/io';
import { InputError, JetIqnError } from '../../errors.js';
import type { ByteSource } from '../source.js';
import { unzip } from './unzip.js';

export interface RootTree {
  readonly name: string;
  /** Number of entries: events, or jets. */
  readonly entries: number;
  readonly branches: ReadonlyMap<string, RawBranch>;
  /** Names that several branches have: whichever is meant, it cannot be told. */
  readonly ambiguous: ReadonlySet<string>;
}

/** JSROOT's TBranch and TBranchElement, as far as they are used here. */
export interface RawBranch {
  readonly fName: string;
  readonly fEntries: number;
  readonly fWriteBasket: number;
  readonly fBasketSeek: ArrayLike<number>;
  readonly fBasketBytes: ArrayLike<number>;
  readonly fBaskets?: { readonly arr: readonly (RawBasket | null | undefined)[] };
  readonly fLeaves: { readonly arr: readonly RawLeaf[] };
  readonly fBranches: { readonly arr: readonly RawBranch[] };
  readonly fStreamerType?: number;
  readonly fFileName?: string;
  /** The branch of each entry's number of elements. */
  counter?: string | undefined;
}

/** A basket that lies inside the tree's own record: trees that were never flushed have some. */
export interface RawBasket {
  readonly fBufferRef?: { readonly arr: DataView; readonly o: number };
  readonly fLast: number;
  readonly fKeylen: number;
}

export interface RawLeaf {
  readonly _typename: string;
  readonly fLen: number;
  readonly fIsUnsigned: boolean;
  readonly fLeafCount?: RawLeaf | null;
  readonly fName: string;
}

export interface RootFile {
  /** Names of the objects at the top, newest version of each. */
  readonly names: readonly string[];
  /** A tree by its path; undefined where there is none of that name. */
  tree(path: string): Promise<RootTree | undefined>;
}

/** @throws InputError where the file is damaged. */
export async function openRoot(source: ByteSource): Promise<RootFile> {
  internals.unzip = async (packed, size, start) => {
    const bytes = new Uint8Array(packed.buffer, packed.byteOffset + start, packed.byteLength - start);
    return new DataView((await unzip(bytes, size)).buffer);
  };
  const top = await guarded(source.name, 'its directory', async () => {
    const directory = await openFile(new SourceProxy(source));
    if (!directory) throw new Error('it cannot be opened');
    return directory;
  });
  return {
    names: [...new Set(top.fKeys.map((key) => key.fName))],
    async tree(path) {
      const [first, ...rest] = path.split('/');
      let directory: TDirectory = top;
      let name = first!;
      for (const next of rest) {
        if (!directory.fKeys.some((key) => key.fName === name)) return undefined;
        directory = await guarded(
          source.name,
          name,
          async () => (await directory.readObject(name)) as TDirectory,
        );
        name = next;
      }
      const key = directory.fKeys.find((candidate) => candidate.fName === name);
      if (key === undefined) return undefined;
      if (key.fClassName.includes('RNTuple')) {
        throw new InputError(
          source.name,
          `"${path}" is an RNTuple, which is not read; write a TTree, or Parquet with uproot and pyarrow`,
        );
      }
      if (key.fClassName !== 'TTree' && key.fClassName !== 'TNtuple') return undefined;
      return await guarded(source.name, `tree "${path}"`, async () =>
        treeOf(path, (await directory.readObject(name)) as RawTree),
      );
    },
  };
}

interface RawTree {
  readonly fEntries: number;
  readonly fBranches: { readonly arr: readonly RawBranch[] };
}

function treeOf(name: string, { fEntries, fBranches }: RawTree): RootTree {
  if (!Number.isSafeInteger(fEntries) || fEntries < 0) throw new Error(`it declares ${fEntries} entries`);
  const branches = new Map<string, RawBranch>();
  const ambiguous = new Set<string>();
  const add = (found: readonly RawBranch[]) => {
    for (const branch of found) {
      // Parsed from a damaged record it may be anything.
      const complete =
        typeof branch?.fName === 'string' &&
        Array.isArray(branch.fLeaves?.arr) &&
        branch.fLeaves.arr.every((leaf) => typeof leaf?._typename === 'string') &&
        Array.isArray(branch.fBranches?.arr) &&
        branch.fBasketSeek?.length >= 0 &&
        branch.fBasketBytes?.length >= 0;
      if (!complete) throw new Error(`branch "${branch?.fName}" is not whole`);
      if (branches.has(branch.fName)) ambiguous.add(branch.fName);
      branches.set(branch.fName, branch);
      add(branch.fBranches.arr);
    }
  };
  add(fBranches.arr);
  // A leaf may have a name unlike its branch's.
  const branchOf = new Map<RawLeaf, string>();
  for (const branch of branches.values())
    for (const leaf of branch.fLeaves.arr) branchOf.set(leaf, branch.fName);
  for (const branch of branches.values()) {
    const counter = branch.fLeaves.arr[0]?.fLeafCount;
    if (counter) branch.counter = branchOf.get(counter);
  }
  return { name, entries: fEntries, branches, ambiguous };
}

class SourceProxy extends FileProxy {
  constructor(private readonly source: ByteSource) {
    super();
  }
  override async openFile() {
    return true;
  }
  override getFileName() {
    return this.source.name;
  }
  override getFileSize() {
    return this.source.size;
  }
  override async readBuffer(position: number, length: number) {
    // JSROOT asks for a header of fixed length, which may lie beyond the end of a small file.
    const bytes = await this.source.read(
      position,
      Math.min(position + length, Math.max(position, this.source.size)),
    );
    return new DataView(bytes.buffer);
  }
}

/** Turns what the parser throws on a damaged file into one line that names file and place. */
export async function guarded<T>(name: string, place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const { message } = error as Error;
    throw new InputError(
      name,
      `damaged, or of a kind of ROOT file that is not read, in ${place}: ${message}`,
      {
        cause: error,
      },
    );
  }
}
