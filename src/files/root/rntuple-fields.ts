/**
 * The fields of an RNTuple as {@link Events}. The numbers of a collection's members are lists, named as in NanoAOD: field `pt` in
 * the records of collection `Jet` is `Jet_pt`, and so is a list of that name, with pages of its own or projected from a
 * collection of another name (as ROOT's importer makes them).
 */
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import { type ByteSource, guardedAs } from '../source.js';
import type { Branch, Events, NumericType, Sizes } from './branches.js';
import { type Column, type Field, type RNTuple, readRNTuple } from './rntuple.js';
import { columnType, decodePage } from './rntuple-pages.js';
import { MAX_UNPACKED_BYTES } from './unzip.js';

const guarded = guardedAs('ROOT file');

/** Structural roles of fields. */
const [LEAF, COLLECTION, RECORD] = [0, 1, 2];
/** Records in records. */
const MAX_DEPTH = 100;
/** Kinds of columns of one field: a few numbers of bits. */
const MOST_REPRESENTATIONS = 16;
/** Characters of a field's name, behind those of what it is in. */
const LONGEST_NAME = 1000;
/** Elements at a time where there are none in the file. */
const ZEROS = 8192;
/** In a page: ROOT's own take a megabyte. */
const MOST_ELEMENTS = MAX_UNPACKED_BYTES / 8;
const MOST_IN_LIST = 2 ** 31 - 1;
/** Equal pages are stored once; a column whose pages take this many times the file's size is no honest one. */
const MOST_REPEATED = 16;

/** @param className of the anchor. @throws Error where the RNTuple is damaged, or of a version that is not known. */
export async function openRNTuple(
  source: ByteSource,
  path: string,
  className: string,
  anchor: Uint8Array,
): Promise<Events> {
  if (className !== 'ROOT::RNTuple')
    throw new InputError(
      source.name,
      `"${path}" is an RNTuple from before its first version; write it with ROOT 6.34 or later`,
    );
  const ntuple = await readRNTuple(source, anchor);
  const { branches, ambiguous } = branchesOf(source, ntuple);
  return {
    title: `RNTuple "${path}"`,
    entries: ntuple.entries,
    branches,
    ambiguous,
    notes: ntuple.isChecked
      ? []
      : ['its checksums are not checked, since WebAssembly does not start here (ulimit -v)'],
  };
}

/** How many elements the lists of a collection have, and where they end. */
interface CollectionSizes extends Sizes {
  readonly pieces: () => AsyncGenerator<NumericArray>;
  /** Of each cluster that was read so far: the number of its elements. */
  readonly ends: number[];
}

function branchesOf(source: ByteSource, ntuple: RNTuple) {
  const { fields, columns } = ntuple;
  const branches = new Map<string, Branch>();
  const ambiguous = new Set<string>();
  /** The columns of each name: one column may be found by the collection and by its projection. */
  const found = new Map<string, string>();
  const parts = fields.map((): number[] => []);
  for (const [id, { parent }] of fields.entries()) if (parent !== id) parts[parent]?.push(id);
  const top = fields.flatMap(({ parent }, id) => (parent === id ? [id] : []));
  const sizes = sizesOf(source, ntuple, top);

  for (const id of top) visit(id, fields[id].name, undefined, 0);
  return { branches, ambiguous };

  /** @param list that it is in. */
  function visit(id: number, name: string, list: CollectionSizes | undefined, depth: number): void {
    if (depth > MAX_DEPTH) throw new Error(`fields lie ${MAX_DEPTH} deep in each other`);
    if (name.length > LONGEST_NAME) throw new Error(`a field's name has ${name.length} characters`);
    const field = fields[id];
    const own = field.columns.map((column) => columns[column]);
    const isSimple = field.role === LEAF && !field.repeated;
    // Atomic numbers and enumerations are in a part of their own.
    if (isSimple && own.length === 0 && parts[id].length === 1) visit(parts[id][0], name, list, depth + 1);
    else if (isSimple && isCardinality(field)) {
      const counted = list ? undefined : sizes(own, name);
      add(name, own, list, counted && Uint32Array, counted?.pieces);
    } else if (isSimple) {
      const type = typeOf(own);
      add(name, own, list, type, () => numbers(source, ntuple, name, own, type!, list));
    } else {
      const inner = field.role === COLLECTION && !list ? sizes(own, name) : undefined;
      if (field.role === RECORD || inner) visitParts(id, name, inner, inner ?? list, depth + 1);
      else add(name, own, list);
    }
  }

  function visitParts(
    id: number,
    name: string,
    own: Sizes | undefined,
    list: CollectionSizes | undefined,
    depth: number,
  ) {
    for (const part of parts[id]) {
      const { name: partName } = fields[part];
      // Neither what a list holds nor a base class has a name of its own.
      const isNameless = (own && partName === '_0') || partName.startsWith(':');
      visit(part, isNameless ? name : `${name}_${partName}`, list, depth);
    }
  }

  function add(
    name: string,
    own: readonly Column[],
    list: Sizes | undefined,
    type?: NumericType,
    pieces: Branch['pieces'] = noPieces,
  ): void {
    const key = own.map(({ id }) => id).join();
    if (!branches.has(name)) {
      found.set(name, key);
      branches.set(name, { type, list: list !== undefined, sizes: list, pieces });
    } else if (found.get(name) !== key) ambiguous.add(name);
  }
}

async function* noPieces(): AsyncGenerator<NumericArray> {}

const isCardinality = ({ typeName }: Field) => typeName.startsWith('ROOT::RNTupleCardinality<');

/**
 * Finds the sizes of the collection with given columns, undefined where these are no offsets: one for each column of offsets,
 * by the name of its cardinality, or `n` and the collection's name.
 */
function sizesOf(source: ByteSource, ntuple: RNTuple, top: readonly number[]) {
  const known = new Map<number, CollectionSizes>();
  const names = new Map<number, string>();
  for (const id of top) {
    const field = ntuple.fields[id];
    if (isCardinality(field) && field.columns.length > 0 && !names.has(field.columns[0]))
      names.set(field.columns[0], field.name);
  }
  const taken = new Set(names.values());
  return (own: readonly Column[], collection: string): CollectionSizes | undefined => {
    if (!areAlternatives(own) || !own.every((column) => columnType(column)?.isIndex)) return undefined;
    const { id } = own[0];
    let sizes = known.get(id);
    if (sizes === undefined) {
      const first = names.get(id) ?? `n${collection}`;
      // A cardinality of another collection may have that name.
      const name = !names.has(id) && taken.has(first) ? `${first} of column ${id}` : first;
      taken.add(name);
      const ends: number[] = [];
      sizes = { name, ends, pieces: () => counts(source, ntuple, name, own, ends) };
      known.set(id, sizes);
    }
    return sizes;
  };
}

/** True where each column is a representation of its own; two of one representation are a text. */
const areAlternatives = (columns: readonly Column[]): boolean =>
  columns.length > 0 &&
  columns.length <= MOST_REPRESENTATIONS &&
  columns.every(({ representation }, place) => representation === place);

/** The type of a field's numbers; undefined where it has none, or of other types in other clusters. */
function typeOf(columns: readonly Column[]): NumericType | undefined {
  const types = new Set(
    columns.map((column) => {
      const type = columnType(column);
      return type && !type.isIndex ? type.array : undefined;
    }),
  );
  if (!areAlternatives(columns)) return undefined;
  if (types.size === 1) return [...types][0];
  const areFloats = [...types].every((type) => type === Float32Array || type === Float64Array);
  return types.size === 2 && areFloats ? Float64Array : undefined;
}

/** @param list of numbers in a collection: its sizes, which are read before it. */
async function* numbers(
  source: ByteSource,
  ntuple: RNTuple,
  name: string,
  columns: readonly Column[],
  type: NumericType,
  list: CollectionSizes | undefined,
): AsyncGenerator<NumericArray> {
  for await (const { values } of elements(source, ntuple, name, columns, list))
    yield values instanceof type ? values : Float64Array.from(values as Float32Array);
}

/** The number of elements in each entry's list, out of where they end in their cluster. */
async function* counts(
  source: ByteSource,
  ntuple: RNTuple,
  name: string,
  columns: readonly Column[],
  ends: number[],
): AsyncGenerator<NumericArray> {
  let [current, end] = [0, 0];
  for await (const { cluster, values } of elements(source, ntuple, name, columns, undefined)) {
    if (cluster !== current) [current, end] = [cluster, 0];
    const sizes = new Uint32Array(values.length);
    for (let entry = 0; entry < values.length; entry++) {
      const next = Number(values[entry]);
      sizes[entry] = next - end;
      if (!(next >= end && next - end <= MOST_IN_LIST))
        throw new InputError(source.name, `damaged: ${name} is ${next - end} in cluster ${cluster}`);
      end = next;
    }
    ends[cluster] = end;
    yield sizes;
  }
}

/**
 * The elements of a field's columns, page after page.
 *
 * @param list absent where each entry has one element.
 */
async function* elements(
  source: ByteSource,
  ntuple: RNTuple,
  name: string,
  columns: readonly Column[],
  list: CollectionSizes | undefined,
): AsyncGenerator<{ readonly cluster: number; readonly values: NumericArray }> {
  const damaged = (problem: string) => new InputError(source.name, `damaged: "${name}" ${problem}`);
  const [{ first }] = columns;
  let bytes = 0;
  for (const [cluster, { firstEntry, entries, pages }] of ntuple.clusters.entries()) {
    const { column, stored } = await guarded(source.name, `pages of "${name}"`, async () => {
      const column = columns.find(({ id }) => pages(id) !== undefined);
      let stored = 0;
      if (column) for (const page of pages(column.id)!) stored += page.elements;
      return { column, stored };
    });
    const zeros = list ? 0 : Math.min(Math.max(first - firstEntry, 0), entries);
    if (!list && zeros + stored !== entries)
      throw damaged(`has ${zeros + stored} values in cluster ${cluster}, of ${entries} entries`);
    for (let at = 0; at < zeros; at += ZEROS) {
      const { array: Zeros } = columnType(columns[0])!;
      yield { cluster, values: new Zeros(Math.min(ZEROS, zeros - at)) };
    }
    for (const page of column ? pages(column.id)! : []) {
      bytes += page.bytes;
      if (bytes > MOST_REPEATED * source.size)
        throw damaged(`has pages of ${bytes} bytes, the file ${source.size}`);
      const values = await guarded(source.name, `a page of "${name}" in cluster ${cluster}`, async () => {
        if (page.elements > MOST_ELEMENTS) throw new Error(`it declares ${page.elements} values`);
        const content = await ntuple.readPage(page, Math.ceil((page.elements * column!.bits) / 8));
        return decodePage(column!, content, page.elements);
      });
      yield { cluster, values };
    }
    if (list && (list.ends[cluster] ?? 0) !== stored)
      throw damaged(
        `has ${stored} values in cluster ${cluster}, where ${list.name} sums to ${list.ends[cluster]}`,
      );
  }
}
