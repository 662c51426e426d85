/**
 * Detector jets and gen jets of a tree of events as one table, in NanoAOD and in Delphes.
 *
 * A row has every column that is asked for. Of detector jets' columns (raw_, reco_) come all detector jets, of gen jets'
 * (gen_) all gen jets, of both the pairs: detector jets in their order, each with the gen jet that it is matched to. So a
 * correction is given every measured jet, a simulation every gen jet, and a study what has both.
 */
import { InputError } from '../../errors.js';
import { columnsOf, STAGES } from '../../jets/columns.js';
import { gather, type NumericArray, toFloat32 } from '../../jets/numeric-array.js';
import { deltaR } from '../../jets/phi.js';
import type { ByteSource } from '../source.js';
import type { TableBatch, TableFile } from '../table-file.js';
import { type Collection, type EventChunk, readEvents } from './events.js';
import type { RootTree } from './tree.js';

/** What has one value for each of it: the event, the detector jet, the gen jet. */
type Owner = 'event' | 'jet' | 'gen';

/** Where a column's values are: a branch, or the index of the event in the tree or of the jet in its event's list. */
export interface Column {
  readonly of: Owner;
  /** Absent for the index. */
  readonly branch?: string;
  /** A branch r: the values are multiplied by 1 − r. */
  readonly rawFactor?: string;
}

/** How a detector jet finds its gen jet: by a branch of indices into the gen jets, or by {@link nearestPairs}. */
export type Matching = { readonly index: string } | { readonly maxDeltaR: number };

export interface JetLists {
  /** Columns by name. Of several the first is taken whose owner the other columns need anyway, else the first. */
  readonly columns: ReadonlyMap<string, readonly Column[]>;
  /** The branches that count the jets of an event, where the lists do not say it. */
  readonly counters?: { readonly jet: string; readonly gen: string };
  /** Undefined where the file has none. */
  readonly matching: Matching | undefined;
  /** What a detector jet must pass. */
  readonly cut?: Cut | undefined;
}

export interface Cut {
  readonly branch: string;
  /** Why a jet with this value is left out; undefined where it is kept. */
  reason(value: number): string | undefined;
}

/** Half the radius of a collection's jets: 0.4 for fat jets and AK8, 0.2 for AK4 and all others; AK15 has 0.75. */
export function halfRadius(collection: string): number {
  const radius = /AK(\d+)/i.exec(collection)?.[1] ?? (/fat/i.test(collection) ? '8' : '4');
  return Number(radius) / 20;
}

const FLOAT32: ReadonlySet<string> = new Set(STAGES.flatMap(columnsOf));

export function jetListsTable(
  source: ByteSource,
  tree: RootTree,
  { columns: known, counters, matching, cut }: JetLists,
): TableFile {
  const dropped: Record<string, number> = {};
  const branchOf = (name: string) => known.get(name)![0]!.branch!;
  const table = {
    columnNames: [...known.keys()],
    rows: tree.entries === 0 ? 0 : undefined,
    dropped,
    gensWithoutJet: 0,
    async *batches(names: readonly string[]) {
      const columns = chosen(names);
      const owners = new Set([...columns.values()].map(({ of }) => of));
      if (cut || !(owners.has('jet') || owners.has('gen'))) owners.add(known.has('reco_pt') ? 'jet' : 'gen');
      const pairs = owners.has('jet') && owners.has('gen');
      const branches = { event: new Set<string>(), jet: new Set<string>(), gen: new Set<string>() };
      for (const { of, branch, rawFactor } of columns.values())
        for (const name of [branch, rawFactor]) if (name !== undefined) branches[of].add(name);
      // Without values of a list its length is wanted still.
      if (owners.has('jet')) branches.jet.add(branchOf('reco_pt'));
      if (owners.has('gen')) branches.gen.add(branchOf('gen_pt'));
      if (cut) branches.jet.add(cut.branch);
      if (pairs && matching === undefined)
        throw new InputError(
          source.name,
          'does not say which gen jet belongs to which jet; --max-delta-r matches them by direction',
        );
      if (pairs && 'index' in matching!) branches.jet.add(matching.index);
      if (pairs && 'maxDeltaR' in matching!)
        for (const variable of ['eta', 'phi']) {
          branches.jet.add(branchOf(`reco_${variable}`));
          branches.gen.add(branchOf(`gen_${variable}`));
        }
      const collections: Record<string, Collection> = {};
      for (const owner of ['jet', 'gen'] as const)
        if (owners.has(owner))
          collections[owner] = { members: [...branches[owner]], counter: counters?.[owner] };
      for await (const chunk of readEvents(source, tree, [...branches.event], collections)) {
        const rows = pairs ? paired(chunk, matching!) : all(chunk, owners.has('jet') ? 'jet' : 'gen');
        yield batchOf(chunk, rows, columns);
      }
    },
  };
  return table;

  /** The columns of these names, of as few lists as they can be had from. */
  function chosen(names: readonly string[]): ReadonlyMap<string, Column> {
    const needed = new Set(
      names.flatMap((name) => (known.get(name)!.length === 1 ? known.get(name)! : [])).map(({ of }) => of),
    );
    return new Map(
      names.map((name) => {
        const choices = known.get(name)!;
        return [name, choices.find(({ of }) => of === 'event' || needed.has(of)) ?? choices[0]!];
      }),
    );
  }

  /** Every jet of one list. */
  function all(chunk: EventChunk, of: 'jet' | 'gen'): Rows {
    const counts = chunk.counts[of]!;
    const rows = createRows(sumOf(counts));
    let first = 0;
    for (let event = 0; event < chunk.events; event++) {
      for (let index = 0; index < counts[event]!; index++) {
        if (of === 'gen') rows.add(event, -1, -1, first + index, index);
        else if (passes(chunk, first + index)) rows.add(event, first + index, index, -1, -1);
      }
      first += counts[event]!;
    }
    return rows;
  }

  function paired(chunk: EventChunk, match: Matching): Rows {
    const { jet: jetCounts, gen: genCounts } = chunk.counts;
    const rows = createRows(sumOf(jetCounts!));
    const hasJet = new Uint8Array(sumOf(genCounts!));
    let [firstJet, firstGen] = [0, 0];
    for (let event = 0; event < chunk.events; event++) {
      const [jets, gens] = [jetCounts![event]!, genCounts![event]!];
      const partners =
        'index' in match
          ? chunk.lists[match.index]!.subarray(firstJet, firstJet + jets)
          : nearestPairs(
              directions(chunk, 'reco', firstJet, jets),
              directions(chunk, 'gen', firstGen, gens),
              match.maxDeltaR,
            );
      for (let index = 0; index < jets; index++) {
        const gen = Number(partners[index]);
        if (gen < 0)
          count('index' in match ? 'no gen jet matched' : `no gen jet within deltaR ${match.maxDeltaR}`);
        else if (gen >= gens) count('matched gen jet not stored in the file');
        else {
          hasJet[firstGen + gen] = 1;
          if (passes(chunk, firstJet + index)) rows.add(event, firstJet + index, index, firstGen + gen, gen);
        }
      }
      firstJet += jets;
      firstGen += gens;
    }
    table.gensWithoutJet += hasJet.length - sumOf(hasJet);
    return rows;
  }

  function directions(chunk: EventChunk, stage: string, first: number, count: number): Directions {
    const part = (variable: string) =>
      chunk.lists[branchOf(`${stage}_${variable}`)]!.subarray(first, first + count);
    return { eta: part('eta'), phi: part('phi') };
  }

  function passes(chunk: EventChunk, jet: number): boolean {
    const reason = cut?.reason(Number(chunk.lists[cut.branch]![jet]));
    if (reason !== undefined) count(reason);
    return reason === undefined;
  }

  function count(reason: string): void {
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  }
}

/** For each row its event, and where its jets stand: among all of the chunk, and in their event. */
interface Rows {
  readonly count: number;
  readonly places: Readonly<Record<Owner, { readonly at: Int32Array; readonly index: Int32Array }>>;
  add(event: number, jet: number, jetIndex: number, gen: number, genIndex: number): void;
}

function createRows(room: number): Rows {
  const places = () => ({ at: new Int32Array(room), index: new Int32Array(room) });
  const [event, jet, gen] = [places(), places(), places()];
  let count = 0;
  return {
    get count() {
      return count;
    },
    places: { event, jet, gen },
    add(...[eventAt, jetAt, jetIndex, genAt, genIndex]) {
      event.at[count] = eventAt;
      jet.at[count] = jetAt;
      jet.index[count] = jetIndex;
      gen.at[count] = genAt;
      gen.index[count] = genIndex;
      count++;
    },
  };
}

function batchOf(chunk: EventChunk, rows: Rows, columns: ReadonlyMap<string, Column>): TableBatch {
  const batch: Record<string, NumericArray> = {};
  for (const [name, { of, branch, rawFactor }] of columns) {
    const at = rows.places[of].at.subarray(0, rows.count);
    if (branch !== undefined) {
      const values = (of === 'event' ? chunk.numbers : chunk.lists)[branch]!;
      const own = rawFactor === undefined ? values : scaled(values, chunk.lists[rawFactor]!);
      batch[name] = gather(FLOAT32.has(name) ? toFloat32(own) : own, at);
    } else if (of === 'event') batch[name] = at.map((event) => chunk.firstEvent + event);
    else batch[name] = rows.places[of].index.slice(0, rows.count);
  }
  return { rows: rows.count, columns: batch };
}

/** pt or mass before correction, in double precision as NanoAOD's own tools do. */
function scaled(values: NumericArray, rawFactor: NumericArray): Float64Array {
  const raw = new Float64Array(values.length);
  for (let jet = 0; jet < raw.length; jet++) raw[jet] = Number(values[jet]) * (1 - Number(rawFactor[jet]));
  return raw;
}

interface Directions {
  readonly eta: NumericArray;
  readonly phi: NumericArray;
}

/**
 * Pairs jets with gen jets, greedily by distance: the nearest pair of all first, then the nearest of the rest.
 *
 * @param maxDeltaR pairs at this distance or beyond are none.
 * @returns for each jet the index of its gen jet, or -1.
 */
export function nearestPairs(jets: Directions, gens: Directions, maxDeltaR: number): Int32Array {
  const pairs: { jet: number; gen: number; distance: number }[] = [];
  for (let jet = 0; jet < jets.eta.length; jet++) {
    for (let gen = 0; gen < gens.eta.length; gen++) {
      const distance = deltaR(
        Number(jets.eta[jet]),
        Number(jets.phi[jet]),
        Number(gens.eta[gen]),
        Number(gens.phi[gen]),
      );
      if (distance < maxDeltaR) pairs.push({ jet, gen, distance });
    }
  }
  pairs.sort((a, b) => a.distance - b.distance || a.jet - b.jet || a.gen - b.gen);
  const partners = new Int32Array(jets.eta.length).fill(-1);
  const taken = new Set<number>();
  for (const { jet, gen } of pairs) {
    if (partners[jet]! >= 0 || taken.has(gen)) continue;
    partners[jet] = gen;
    taken.add(gen);
  }
  return partners;
}

function sumOf(counts: Int32Array | Uint8Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
