/**
 * Branches of a tree, or fields of an RNTuple, read in step, some thousand events at a time: single numbers, and lists with
 * their counts.
 */
import { InputError } from '../../errors.js';
import { joined, type NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';

export type NumericType = new (length: number) => NumericArray;

/** A table of a ROOT file with an entry for each event, or for each jet. */
export interface Events {
  /** As messages say it: tree "Events". */
  readonly title: string;
  readonly entries: number;
  readonly branches: ReadonlyMap<string, Branch>;
  /** Names that several branches have: whichever is meant, it cannot be told. */
  readonly ambiguous: ReadonlySet<string>;
  /** What was left out in reading it, a sentence each. */
  readonly notes?: readonly string[];
}

export interface Branch {
  /** Of its numbers; undefined where it holds something else (text, objects, arrays of fixed length, lists of lists). */
  readonly type: NumericType | undefined;
  /** True where each entry holds a list. */
  readonly list: boolean;
  /** Of a list; undefined where the file does not say. */
  readonly sizes: Sizes | undefined;
  /** All its numbers in order, lists one behind the other. */
  pieces(): AsyncGenerator<NumericArray>;
}

/** How many elements the lists of each entry have. */
export interface Sizes {
  readonly name: string;
  /** Absent where they are in the branch of that name. */
  readonly pieces?: () => AsyncGenerator<NumericArray>;
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
  /** Index of the first event in the table. */
  readonly firstEvent: number;
  readonly events: number;
  /** By branch: single numbers, [events] each, and the elements of lists, event after event. */
  readonly values: Readonly<Record<string, NumericArray>>;
  /** How many elements each event's lists have, [events] each, by collection. */
  readonly counts: Readonly<Record<string, Int32Array>>;
}

/**
 * Reads branches in step. Each list is cut into events by its own sizes, of a tree the branch that its leaf names as its
 * counter: `nJet` is often a number of another kind, or not there.
 *
 * @param numbers branches of one number an event.
 * @param collections branches of lists, by a name for each collection.
 * @throws InputError where a branch is missing, one of two of its name, holds no numbers, lists instead of numbers or the
 *   reverse, ends too early, or has lists of another length than its collection.
 */
export async function* readEvents(
  source: ByteSource,
  table: Events,
  numbers: readonly string[],
  collections: Readonly<Record<string, Collection>>,
): AsyncGenerator<EventChunk> {
  const fault = (problem: string) => new InputError(source.name, problem);
  const open = (name: string, list: boolean): ValueReader => {
    const branch = table.branches.get(name);
    if (branch === undefined) throw fault(`${table.title} has no branch "${name}"`);
    if (table.ambiguous.has(name)) throw fault(`${table.title} has two branches named "${name}"; rename one`);
    const { type } = branch;
    if (type === undefined) throw fault(`branch "${name}" holds no plain numbers`);
    // Their values would be those of other entries from the first on.
    if (branch.list !== list) {
      const [found, wanted] = list ? ['one number', 'a list'] : ['a list', 'one number'];
      throw fault(`branch "${name}" has ${found} an entry where ${wanted} is expected`);
    }
    return inStep(source, name, branch.pieces(), type);
  };
  const readers = new Map(numbers.map((name) => [name, open(name, false)]));
  const counters = new Map<string, Map<string, ValueReader>>();
  for (const [collection, { members, counter }] of Object.entries(collections)) {
    const own = new Map<string, ValueReader>();
    for (const name of members) {
      readers.set(name, open(name, true));
      const sizes: Sizes | undefined =
        counter === undefined ? table.branches.get(name)!.sizes : { name: counter };
      if (sizes === undefined) throw fault(`branch "${name}" does not say which branch counts its elements`);
      if (own.has(sizes.name)) continue;
      const { pieces } = sizes;
      own.set(
        sizes.name,
        pieces ? inStep(source, sizes.name, pieces(), Int32Array) : open(sizes.name, false),
      );
    }
    counters.set(collection, own);
  }
  for (let firstEvent = 0; firstEvent < table.entries; firstEvent += EVENTS) {
    const events = Math.min(EVENTS, table.entries - firstEvent);
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
type ValueReader = (count: number) => Promise<NumericArray>;

function inStep(
  source: ByteSource,
  name: string,
  pieces: AsyncGenerator<NumericArray>,
  type: NumericType,
): ValueReader {
  let ready: NumericArray = new type(0);
  return async (count) => {
    const taken = ready.length > 0 ? [ready] : [];
    let values = ready.length;
    while (values < count) {
      const { value: piece, done } = await pieces.next();
      if (done)
        throw new InputError(
          source.name,
          `damaged: branch "${name}" ends, ${count - values} values too early`,
        );
      values += piece.length;
      if (piece.length > 0) taken.push(piece);
    }
    if (taken.length > 0) ready = joined(taken);
    const next = ready.subarray(0, count);
    ready = ready.subarray(count);
    return next;
  };
}
