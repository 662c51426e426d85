/** A tree of events, some thousand of them at a time: single numbers, and lists with their counts. */
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import { type BranchReader, counterOf, isList, numericType, readBranch } from './branch.js';
import type { RootTree } from './tree.js';

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
  /** Single numbers, [events] each, by branch. */
  readonly numbers: Readonly<Record<string, NumericArray>>;
  /** How many elements each event's lists have, [events] each, by collection. */
  readonly counts: Readonly<Record<string, Int32Array>>;
  /** The lists' elements, event after event, by branch. */
  readonly lists: Readonly<Record<string, NumericArray>>;
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
  const readers = new Map(numbers.map((name) => [name, open(name, false)]));
  const counters = new Map<string, Map<string, BranchReader>>();
  for (const [collection, { members, counter }] of Object.entries(collections)) {
    const own = new Map<string, BranchReader>();
    for (const name of members) {
      readers.set(name, open(name, true));
      const counting = counter ?? counterOf(tree.branches.get(name)!);
      if (counting === undefined)
        throw new InputError(source.name, `branch "${name}" does not say which branch counts its elements`);
      if (!own.has(counting)) own.set(counting, open(counting, false));
    }
    counters.set(collection, own);
  }
  for (let firstEvent = 0; firstEvent < tree.entries; firstEvent += EVENTS) {
    const events = Math.min(EVENTS, tree.entries - firstEvent);
    const chunk = {
      firstEvent,
      events,
      numbers: {} as Record<string, NumericArray>,
      counts: {} as Record<string, Int32Array>,
      lists: {} as Record<string, NumericArray>,
    };
    for (const name of numbers) chunk.numbers[name] = await readers.get(name)!.take(events);
    for (const [collection, { members }] of Object.entries(collections)) {
      const counts = await countsOf(counters.get(collection)!, firstEvent, events);
      const total = counts.reduce((sum, count) => sum + count, 0);
      chunk.counts[collection] = counts;
      for (const name of members) chunk.lists[name] = await readers.get(name)!.take(total);
    }
    yield chunk;
  }

  function open(name: string, list: boolean): BranchReader {
    const branch = tree.branches.get(name);
    if (branch === undefined)
      throw new InputError(source.name, `tree "${tree.name}" has no branch "${name}"`);
    if (tree.ambiguous.has(name))
      throw new InputError(source.name, `tree "${tree.name}" has two branches named "${name}"; rename one`);
    if (numericType(branch) === undefined)
      throw new InputError(source.name, `branch "${name}" holds no plain numbers`);
    // Their values would be those of other entries from the first on.
    if (isList(branch) !== list) {
      const [found, wanted] = list ? ['one number', 'a list'] : ['a list', 'one number'];
      throw new InputError(source.name, `branch "${name}" has ${found} an entry where ${wanted} is expected`);
    }
    return readBranch(source, branch);
  }

  async function countsOf(
    readersOfCounts: ReadonlyMap<string, BranchReader>,
    firstEvent: number,
    events: number,
  ): Promise<Int32Array> {
    let counts: Int32Array | undefined;
    let first = '';
    for (const [name, reader] of readersOfCounts) {
      const own = Int32Array.from(await reader.take(events), Number);
      for (let event = 0; event < events; event++) {
        const count = own[event]!;
        if (count < 0)
          throw new InputError(source.name, `damaged: event ${firstEvent + event} has ${name} = ${count}`);
        if (counts && count !== counts[event])
          throw new InputError(
            source.name,
            `event ${firstEvent + event} has ${first} = ${counts[event]} and ${name} = ${count}: lists of one jet collection must be of one length`,
          );
      }
      if (counts === undefined) [counts, first] = [own, name];
    }
    return counts ?? new Int32Array(events);
  }
}
