/**
 * CMS NanoAOD, versions 5 to 15: the jets of tree Events that have a gen jet.
 *
 * reco is the collection's own jet; raw pt = pt (1 - rawFactor), mass likewise, raw eta and phi those of the jet; gen is
 * the jet at index Jet_genJetIdx (FatJet: genJetAK8Idx) of the event's gen jets. The index type, the counters' type and
 * the set of branches change between versions; whether jets are CHS or PUPPI changes no name. Files of data have no gen
 * jets: they give raw and reco alone, of all jets.
 */
import { InputError } from '../../errors.js';
import { type ColumnName, columnsOf, STAGES, VARIABLES } from '../../jets/columns.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import type { TableFile } from '../table-file.js';
import { counterOf, isList, numericType } from './branch.js';
import { type EventChunk, readEvents } from './events.js';
import { createRows } from './rows.js';
import type { RootTree } from './tree.js';

export interface NanoAodOptions {
  /** Which jets: "Jet" (default), "FatJet". */
  readonly collection?: string;
  /** The working point that each jet must pass; default: none. */
  readonly jetId?: JetId;
}

/** Working points of Jet_jetId, and the bit that says a jet passes. */
export const JET_IDS = { loose: 1, tight: 2, tightLepVeto: 4 } as const;
export type JetId = keyof typeof JET_IDS;

/** Where the matched gen jet is found: a branch of indices and the collection into which they point. */
const MATCHES = [
  { index: 'genJetIdx', gen: 'GenJet' },
  { index: 'genJetAK8Idx', gen: 'GenJetAK8' },
] as const;

/** Short names for what has had several. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  rho: ['fixedGridRhoFastjetAll', 'Rho_fixedGridRhoFastjetAll'],
  flavour: ['hadronFlavour'],
  weight: ['genWeight'],
};

/** Position of a jet in its event's list: with run, luminosityBlock and event it finds the jet in the NanoAOD again. */
const JET = 'jet';

/** @throws InputError where the collection is not there. */
export function openNanoAod(
  source: ByteSource,
  tree: RootTree,
  { collection = 'Jet', jetId }: NanoAodOptions = {},
): TableFile {
  const has = (name: string) => tree.branches.has(name);
  const member = (name: string) => `${collection}_${name}`;
  for (const variable of VARIABLES) {
    if (!has(member(variable))) {
      throw new InputError(
        source.name,
        `has no ${member(variable)}: choose another collection with --collection`,
      );
    }
  }
  if (jetId !== undefined && !has(member('jetId'))) {
    throw new InputError(source.name, `has no ${member('jetId')} (NanoAOD 15 has none); leave out --jet-id`);
  }
  const match = MATCHES.find(({ index }) => has(member(index)));
  const stages = STAGES.filter((stage) => {
    if (stage === 'raw') return has(member('rawFactor'));
    return stage === 'reco' || match !== undefined;
  });
  const extras = extraColumns(tree, collection);
  const dropped: Record<string, number> = {};
  return {
    columnNames: [...stages.flatMap(columnsOf), ...extras.keys()],
    rows: undefined,
    dropped,
    async *batches(columns) {
      const further = columns.filter((name) => extras.has(name));
      const numbers = new Set<string>();
      const jets = new Set(VARIABLES.map(member));
      for (const name of further) {
        const extra = extras.get(name)!;
        if (extra.kind === 'event') numbers.add(extra.branch);
        if (extra.kind === 'jet') jets.add(extra.branch);
      }
      if (stages.includes('raw')) jets.add(member('rawFactor'));
      if (jetId) jets.add(member('jetId'));
      if (match) jets.add(member(match.index));
      const lists: Record<string, readonly string[]> = { [`n${collection}`]: [...jets] };
      if (match) lists[`n${match.gen}`] = VARIABLES.map((variable) => `${match.gen}_${variable}`);
      for await (const chunk of readEvents(source, tree, [...numbers], lists)) {
        yield convert(chunk, columns, further);
      }
    },
  };

  function convert(chunk: EventChunk, columns: readonly string[], further: readonly string[]) {
    const { lists, counts } = chunk;
    const jetCounts = counts[`n${collection}`]!;
    const indices = match && lists[member(match.index)]!;
    const genCounts = match && counts[`n${match.gen}`]!;
    const ids = jetId && lists[member('jetId')]!;
    const total = lists[member('pt')]!.length;
    /** For each kept jet: its place among the chunk's jets and gen jets, its event, its place in the event. */
    const kept = {
      jet: new Int32Array(total),
      gen: new Int32Array(total),
      event: new Int32Array(total),
      place: new Int32Array(total),
    };
    let rows = 0;
    let jet = 0;
    let firstGen = 0;
    for (let event = 0; event < chunk.events; event++) {
      const jetCount = Number(jetCounts[event]);
      const genCount = genCounts ? Number(genCounts[event]) : 0;
      for (let place = 0; place < jetCount; place++, jet++) {
        const index = indices ? Number(indices[jet]) : 0;
        if (indices && index < 0) count('no gen jet matched');
        else if (indices && index >= genCount) count('matched gen jet not stored in the file');
        else if (ids && (Number(ids[jet]) & JET_IDS[jetId!]) === 0) count(`jet id not ${jetId}`);
        else {
          kept.jet[rows] = jet;
          kept.gen[rows] = firstGen + index;
          kept.event[rows] = event;
          kept.place[rows] = place;
          rows++;
        }
      }
      firstGen += genCount;
    }
    const out = createRows(rows);
    const wanted = new Set(columns);
    const rawFactor = lists[member('rawFactor')];
    for (const variable of VARIABLES) {
      const values = lists[member(variable)]!;
      const scale = (variable === 'pt' || variable === 'mass') && rawFactor;
      out.fill(columnOf('reco', variable, wanted), kept.jet, values);
      out.fill(columnOf('raw', variable, wanted), kept.jet, scale ? scaled(values, scale) : values);
      if (match) out.fill(columnOf('gen', variable, wanted), kept.gen, lists[`${match.gen}_${variable}`]!);
    }
    for (const name of further) {
      const extra = extras.get(name)!;
      if (extra.kind === 'place') out.set(name, kept.place.slice(0, rows));
      else if (extra.kind === 'event') out.take(name, kept.event, chunk.numbers[extra.branch]!);
      else out.take(name, kept.jet, lists[extra.branch]!);
    }
    return out.batch();
  }

  function count(reason: string): void {
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  }
}

function columnOf(stage: string, variable: string, wanted: ReadonlySet<string>): ColumnName | undefined {
  const name = `${stage}_${variable}`;
  return wanted.has(name) ? (name as ColumnName) : undefined;
}

/** pt or mass before correction, in double precision as NanoAOD's own tools do. */
function scaled(values: NumericArray, rawFactor: NumericArray): Float64Array {
  const raw = new Float64Array(values.length);
  for (let jet = 0; jet < raw.length; jet++) raw[jet] = Number(values[jet]) * (1 - Number(rawFactor[jet]));
  return raw;
}

type Extra = { readonly kind: 'event' | 'jet'; readonly branch: string } | { readonly kind: 'place' };

/** All further columns: numbers of the event by their branch, numbers of the jet without the collection's name. */
function extraColumns(tree: RootTree, collection: string): Map<string, Extra> {
  const extras = new Map<string, Extra>([[JET, { kind: 'place' }]]);
  for (const [name, branch] of tree.branches) {
    if (numericType(branch) === undefined) continue;
    if (!isList(branch)) extras.set(name, { kind: 'event', branch: name });
    else if (name.startsWith(`${collection}_`) && counterOf(branch) === `n${collection}`) {
      extras.set(name.slice(collection.length + 1), { kind: 'jet', branch: name });
    }
  }
  for (const [alias, names] of Object.entries(ALIASES)) {
    const found = names.find((name) => extras.has(name));
    if (found !== undefined && !extras.has(alias)) extras.set(alias, extras.get(found)!);
  }
  return extras;
}
