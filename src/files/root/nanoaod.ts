/**
 * CMS NanoAOD, versions 5 to 15: the jets of tree Events, and NanoGEN, which has gen jets only.
 *
 * reco is the collection's own jet; raw pt = pt (1 - rawFactor), mass likewise, raw eta and phi those of the jet; gen is
 * the jet at index Jet_genJetIdx (FatJet: genJetAK8Idx) of the event's gen jets. The index type, the counters' type and
 * the set of branches change between versions; whether jets are CHS or PUPPI changes no name. Files of data have no gen
 * jets.
 */
import { InputError } from '../../errors.js';
import { columnsOf, INDEX_KEYS, STAGES, VARIABLES } from '../../jets/columns.js';
import type { ByteSource } from '../source.js';
import { JET_IDS, type JetId, type JetOptions, type TableFile } from '../table-file.js';
import type { Events } from './branches.js';
import { type Column, type Cut, halfRadius, jetListsTable, type Matching } from './jet-lists.js';

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
  jet: [INDEX_KEYS.reco],
};

/** @throws InputError where the collection is not there. */
export function openNanoAod(
  source: ByteSource,
  table: Events,
  { collection = 'Jet', jetId, maxDeltaR }: JetOptions = {},
): TableFile {
  const has = (name: string) => table.branches.has(name);
  if (/^Gen/.test(collection))
    throw new InputError(
      source.name,
      `${collection} are gen jets, which come with the jets that they belong to; give --collection Jet or FatJet`,
    );
  const match = MATCHES.find(({ index }) => has(`${collection}_${index}`));
  const gens = match?.gen ?? (halfRadius(collection) < 0.3 ? 'GenJet' : 'GenJetAK8');
  if (!has(`${collection}_pt`) && !has(`${gens}_pt`)) {
    if (table.entries === 0) return withoutEvents();
    throw new InputError(source.name, `has no ${collection}_pt: choose another collection with --collection`);
  }
  const matching: Matching | undefined =
    maxDeltaR !== undefined
      ? { maxDeltaR: maxDeltaR === true ? halfRadius(collection) : maxDeltaR }
      : match && { index: `${collection}_${match.index}` };
  return jetListsTable(source, table, {
    columns: columnsIn(table, collection, gens),
    matching,
    cut: jetId && idCut(source, table, `${collection}_jetId`, jetId),
  });
}

/** A skim that kept no event may have no branches: no jets, of any kind. */
function withoutEvents(): TableFile {
  return { columnNames: STAGES.flatMap(columnsOf), rows: 0, dropped: {}, async *batches() {} };
}

function idCut(source: ByteSource, table: Events, branch: string, jetId: JetId): Cut {
  if (!table.branches.has(branch))
    throw new InputError(source.name, `has no ${branch} (NanoAOD 15 has none); leave out --jet-id`);
  return {
    branch,
    reason(bits) {
      if ((bits & JET_IDS[jetId]) !== 0) return undefined;
      // Tight is loose and more: where a jet is tight and not loose, nobody has filled in loose.
      if (jetId === 'loose' && (bits & JET_IDS.tight) !== 0)
        throw new InputError(
          source.name,
          `${branch} has no working point loose, as in files of 2017 and later; give --jet-id tight`,
        );
      return `jet id not ${jetId}`;
    },
  };
}

/** The jets' columns, the indices, then all numbers of the event by their branch and of the jets by their member's name. */
function columnsIn(table: Events, collection: string, gens: string): Map<string, Column[]> {
  const columns = new Map<string, Column[]>();
  const add = (name: string, column: Column) => {
    columns.set(name, [...(columns.get(name) ?? []), column]);
  };
  const lists = { jet: collection, gen: gens } as const;
  const there = (name: string) => table.branches.has(name);
  const rawFactor = `${collection}_rawFactor`;
  for (const stage of STAGES) {
    const of = stage === 'gen' ? 'gen' : 'jet';
    if (stage === 'raw' && !there(rawFactor)) continue;
    for (const variable of VARIABLES) {
      const branch = `${lists[of]}_${variable}`;
      const corrected = stage === 'raw' && (variable === 'pt' || variable === 'mass');
      if (there(branch)) add(`${stage}_${variable}`, { of, branch, ...(corrected && { rawFactor }) });
    }
  }
  for (const of of ['jet', 'gen'] as const)
    if (there(`${lists[of]}_pt`)) add(INDEX_KEYS[of === 'jet' ? 'reco' : 'gen'], { of });
  for (const [name, branch] of table.branches)
    if (branch.type && !branch.list) add(name, { of: 'event', branch: name });
  for (const of of ['jet', 'gen'] as const) {
    const first = table.branches.get(`${lists[of]}_pt`);
    for (const [name, branch] of table.branches) {
      if (!branch.type || !branch.list || !name.startsWith(`${lists[of]}_`)) continue;
      const { sizes } = branch;
      // Every list has a counter of its own where uproot wrote them.
      if (sizes && (sizes.name === first?.sizes?.name || sizes.name === `n${name}`))
        add(name.slice(lists[of].length + 1), { of, branch: name });
    }
  }
  for (const [alias, names] of Object.entries(ALIASES)) {
    const found = names.find((name) => columns.has(name));
    if (found !== undefined && !columns.has(alias)) columns.set(alias, columns.get(found)!);
  }
  return columns;
}
