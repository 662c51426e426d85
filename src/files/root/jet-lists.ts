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
import { type Collection, type EventChunk, type Events, readEvents } from './branches.js';

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
  events: Events,
  { columns: known, counters, matching, cut }: JetLists,
): TableFile {
  const dropped: Record<string, number> = {};
  const drop = (reason: string) => {
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  };
  const branchOf = (name: string) => known.get(name)![0].branch!;
  const table = {
    columnNames: [...known.keys()],
    rows: events.entries === 0 ? 0 : undefined,
    dropped,
    gensWithoutJet: 0,
    async *batches(names: readonly string[]) {
      const columns = chosen(known, names);
      const owners = new Set([...columns.values()].map(({ of }) => of));
      if (cut || !(owners.has('jet') || owners.has('gen'))) owners.add(known.has('reco_pt') ? 'jet' : 'gen');
      const pairs = owners.has('jet') && owners.has('gen');
      if (pairs && matching === undefined)
        throw new InputError(
          source.name,
          'does not say which gen jet belongs to which jet; --max-delta-r matches them by direction',
        );
      const branches = { event: new Set<string>(), jet: new Set<string>(), gen: new Set<string>() };
      for (const { of, branch, rawFactor } of columns.values())
        for (const name of [branch, rawFactor]) if (name !== undefined) branches[of].add(name);
      // Without values of a list its length is wanted still.
      if (owners.has('jet')) branches.jet.add(branchOf('reco_pt'));
      if (owners.has('gen')) branches.gen.add(branchOf('gen_pt'));
      if (cut) branches.jet.add(cut.branch);
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
      for await (const chunk of readEvents(source, events, [...branches.event], collections))
        yield batchOf(chunk, rowsOf(chunk, pairs), columns);
    },
  };
  return table;

  /** All jets of the one list, or the pairs of both. */
  function rowsOf({ events, counts, values }: EventChunk, pairs: boolean): Rows {
    const rows: Rows = { event: [], jet: [], gen: [], jetIndex: [], genIndex: [] };
    const add = (event: number, jet: number, gen: number) => {
      const reason = cut && jet >= 0 ? cut.reason(Number(values[cut.branch][firstJet + jet])) : undefined;
      if (reason !== undefined) return drop(reason);
      rows.event.push(event);
      rows.jet.push(firstJet + jet);
      rows.gen.push(firstGen + gen);
      rows.jetIndex.push(jet);
      rows.genIndex.push(gen);
    };
    let [firstJet, firstGen] = [0, 0];
    for (let event = 0; event < events; event++) {
      const [jets, gens] = [counts.jet?.[event] ?? 0, counts.gen?.[event] ?? 0];
      if (pairs) {
        const hasJet = new Uint8Array(gens);
        for (const [jet, partner] of partners(values, firstJet, jets, firstGen, gens).entries()) {
          const gen = Number(partner);
          if (gen < 0)
            drop(
              'index' in matching! ? 'no gen jet matched' : `no gen jet within deltaR ${matching!.maxDeltaR}`,
            );
          else if (gen >= gens) drop('matched gen jet not stored in the file');
          else {
            hasJet[gen] = 1;
            add(event, jet, gen);
          }
        }
        for (const has of hasJet) table.gensWithoutJet += 1 - has;
      } else {
        for (let jet = 0; jet < jets; jet++) add(event, jet, -1);
        for (let gen = 0; gen < gens; gen++) add(event, -1, gen);
      }
      firstJet += jets;
      firstGen += gens;
    }
    return rows;
  }

  /** For each jet of an event the index of its gen jet. */
  function partners(
    values: EventChunk['values'],
    firstJet: number,
    jets: number,
    firstGen: number,
    gens: number,
  ): NumericArray {
    const part = (branch: string, first: number, count: number) =>
      values[branch].subarray(first, first + count);
    if ('index' in matching!) return part(matching.index, firstJet, jets);
    const directions = (stage: string, first: number, count: number): Directions => ({
      eta: part(branchOf(`${stage}_eta`), first, count),
      phi: part(branchOf(`${stage}_phi`), first, count),
    });
    return nearestPairs(
      directions('reco', firstJet, jets),
      directions('gen', firstGen, gens),
      matching!.maxDeltaR,
    );
  }
}

/** The columns of these names, of as few lists as they can be had from. */
function chosen(known: JetLists['columns'], names: readonly string[]): ReadonlyMap<string, Column> {
  const only = names.map((name) => known.get(name)!).filter((choices) => choices.length === 1);
  const needed = new Set<Owner>(['event', ...only.map(([{ of }]) => of)]);
  return new Map(
    names.map((name) => {
      const choices = known.get(name)!;
      return [name, choices.find(({ of }) => needed.has(of)) ?? choices[0]];
    }),
  );
}

/** For each row its event, and where its jets stand: among all of the chunk, and in their event. */
type Rows = Readonly<Record<Owner | 'jetIndex' | 'genIndex', number[]>>;

function batchOf(chunk: EventChunk, rows: Rows, columns: ReadonlyMap<string, Column>): TableBatch {
  const batch: Record<string, NumericArray> = {};
  for (const [name, { of, branch, rawFactor }] of columns) {
    if (branch !== undefined) {
      const values = chunk.values[branch];
      const own = rawFactor === undefined ? values : scaled(values, chunk.values[rawFactor]);
      batch[name] = gather(FLOAT32.has(name) ? toFloat32(own) : own, Int32Array.from(rows[of]));
    } else if (of === 'event') batch[name] = Int32Array.from(rows.event, (event) => chunk.firstEvent + event);
    else batch[name] = Int32Array.from(rows[`${of}Index`]);
  }
  return { rows: rows.event.length, columns: batch };
}

/** pt or mass before correction, in double precision as NanoAOD's own tools do. */
function scaled(values: NumericArray, rawFactor: NumericArray): Float64Array {
  return Float64Array.from(
    { length: values.length },
    (_, jet) => Number(values[jet]) * (1 - Number(rawFactor[jet])),
  );
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
  for (let jet = 0; jet < jets.eta.length; jet++)
    for (let gen = 0; gen < gens.eta.length; gen++) {
      const distance = deltaR(
        Number(jets.eta[jet]),
        Number(jets.phi[jet]),
        Number(gens.eta[gen]),
        Number(gens.phi[gen]),
      );
      if (distance < maxDeltaR) pairs.push({ jet, gen, distance });
    }
  pairs.sort((a, b) => a.distance - b.distance || a.jet - b.jet || a.gen - b.gen);
  const partners = new Int32Array(jets.eta.length).fill(-1);
  const taken = new Set<number>();
  for (const { jet, gen } of pairs) {
    if (partners[jet] >= 0 || taken.has(gen)) continue;
    partners[jet] = gen;
    taken.add(gen);
  }
  return partners;
}
