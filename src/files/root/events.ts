/** A tree of events, some thousand of them at a time: single numbers, and lists with their counts. */
import { InputError } from '../../errors.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import { type BranchReader, isList, numericType, readBranch } from './branch.js';
import type { RootTree } from './tree.js';

/** Events at a time: about 50,000 jets, a few megabytes. */
const EVENTS = 8192;

export interface EventChunk {
  /** Index of the first event in the tree. */
  readonly firstEvent: number;
  readonly events: number;
  /** Single numbers, [events] each, by branch. */
  readonly numbers: Readonly<Record<string, NumericArray>>;
  /** How many elements each event's lists have, [events] each, by the branch that counts them. */
  readonly counts: Readonly<Record<string, NumericArray>>;
  /** The lists' elements, event after event, by branch. */
  readonly lists: Readonly<Record<string, NumericArray>>;
}

/**
 * Reads branches in step.
 *
 * @param numbers branches of one number an event.
 * @param lists branches of lists, by the branch that counts their elements.
 * @throws InputError where a branch is missing, one of two of its name, holds no numbers, lists instead of numbers or the reverse, or ends too early.
 */
export async function* readEvents(
  source: ByteSource,
  tree: RootTree,
  numbers: readonly string[],
  lists: Readonly<Record<string, readonly string[]>>,
): AsyncGenerator<EventChunk> {
  const open = (name: string, list: boolean): [string, BranchReader] => {
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
    return [name, readBranch(source, branch)];
  };
  const readers = new Map([
    ...[...numbers, ...Object.keys(lists)].map((name) => open(name, false)),
    ...Object.values(lists)
      .flat()
      .map((name) => open(name, true)),
  ]);
  for (let firstEvent = 0; firstEvent < tree.entries; firstEvent += EVENTS) {
    const events = Math.min(EVENTS, tree.entries - firstEvent);
    const chunk = {
      firstEvent,
      events,
      numbers: {} as Record<string, NumericArray>,
      counts: {} as Record<string, NumericArray>,
      lists: {} as Record<string, NumericArray>,
    };
    for (const name of numbers) chunk.numbers[name] = await readers.get(name)!.take(events);
    for (const [counter, members] of Object.entries(lists)) {
      const counts = await readers.get(counter)!.take(events);
      let total = 0;
      for (let event = 0; event < events; event++) {
        const count = Number(counts[event]);
        if (count < 0)
          throw new InputError(source.name, `damaged: event ${firstEvent + event} has ${counter} = ${count}`);
        total += count;
      }
      chunk.counts[counter] = counts;
      for (const name of members) chunk.lists[name] = await readers.get(name)!.take(total);
    }
    yield chunk;
  }
}
