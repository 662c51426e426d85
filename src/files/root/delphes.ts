/**
 * Delphes output (arXiv:1307.6346): tree Delphes with lists Jet and GenJet, which it does not match.
 *
 * Matched here: of all pairs with deltaR < 0.2 in an event the nearest first, each jet and each gen jet once. reco is
 * Jet; Delphes keeps no uncorrected jet, so that there is no raw.
 */
import { InputError } from '../../errors.js';
import { columnsOf, VARIABLES, type Variable } from '../../jets/columns.js';
import type { NumericArray } from '../../jets/numeric-array.js';
import { deltaR } from '../../jets/phi.js';
import type { ByteSource } from '../source.js';
import type { TableFile } from '../table-file.js';
import { isList, numericType } from './branch.js';
import { type EventChunk, readEvents } from './events.js';
import { createRows } from './rows.js';
import type { RootTree } from './tree.js';

export const DELPHES_TREE = 'Delphes';
/** Half the radius of the smallest jets in use, 0.4. */
const MAX_DELTA_R = 0.2;

const MEMBERS: Readonly<Record<Variable, string>> = { pt: 'PT', eta: 'Eta', phi: 'Phi', mass: 'Mass' };
const UNMATCHED = `no gen jet within deltaR ${MAX_DELTA_R}`;
/** Index of the event in the tree, and of the jet in the event. */
const PLACES = ['entry', 'jet'];

export interface DelphesOptions {
  /** Which jets: "Jet" (default), "FatJet"; matched to "GenJet" or "GenFatJet". */
  readonly collection?: string;
}

/** @throws InputError where the jets are not there. */
export function openDelphes(
  source: ByteSource,
  tree: RootTree,
  { collection = 'Jet' }: DelphesOptions = {},
): TableFile {
  const gen = `Gen${collection}`;
  for (const name of [collection, gen]) {
    for (const variable of VARIABLES) {
      const branch = `${name}.${MEMBERS[variable]}`;
      if (!tree.branches.has(branch))
        throw new InputError(source.name, `tree "${tree.name}" has no branch "${branch}"`);
    }
  }
  /** Further numbers of the jet, without the collection's name. */
  const further = new Map(
    [...tree.branches]
      .filter(([name, branch]) => name.startsWith(`${collection}.`) && numericType(branch) && isList(branch))
      .map(([name]) => [name.slice(collection.length + 1), name]),
  );
  const dropped: Record<string, number> = {};
  return {
    columnNames: [...columnsOf('reco'), ...columnsOf('gen'), ...PLACES, ...further.keys()],
    rows: undefined,
    dropped,
    async *batches(columns) {
      const members = (name: string) => VARIABLES.map((variable) => `${name}.${MEMBERS[variable]}`);
      const extras = columns.flatMap((name) => further.get(name) ?? []);
      const lists = {
        [`${collection}_size`]: [...new Set([...members(collection), ...extras])],
        [`${gen}_size`]: members(gen),
      };
      for await (const chunk of readEvents(source, tree, [], lists)) yield convert(chunk, columns);
    },
  };

  function convert(chunk: EventChunk, columns: readonly string[]) {
    const list = (name: string, member: string) => chunk.lists[`${name}.${member}`]!;
    const matched = matchJets(chunk, collection, gen);
    const { jets, rows, places } = matched;
    if (rows < jets) dropped[UNMATCHED] = (dropped[UNMATCHED] ?? 0) + jets - rows;
    const out = createRows(rows);
    for (const variable of VARIABLES) {
      const [reco, truth] = [`reco_${variable}`, `gen_${variable}`];
      if (columns.includes(reco)) out.fill(reco, matched.jet, list(collection, MEMBERS[variable]));
      if (columns.includes(truth)) out.fill(truth, matched.gen, list(gen, MEMBERS[variable]));
    }
    for (const name of columns) {
      if (further.has(name)) out.take(name, matched.jet, chunk.lists[further.get(name)!]!);
      else if (name === 'entry') out.set(name, places.entry.slice(0, rows));
      else if (name === 'jet') out.set(name, places.jet.slice(0, rows));
    }
    return out.batch();
  }
}

/** Matched pairs of a chunk: places among its jets and its gen jets, jets in their order. */
function matchJets(chunk: EventChunk, collection: string, gen: string) {
  const eta = chunk.lists[`${collection}.Eta`]!;
  const phi = chunk.lists[`${collection}.Phi`]!;
  const genEta = chunk.lists[`${gen}.Eta`]!;
  const genPhi = chunk.lists[`${gen}.Phi`]!;
  const jets = eta.length;
  const jet = new Int32Array(jets);
  const partner = new Int32Array(jets);
  const places = { entry: new Int32Array(jets), jet: new Int32Array(jets) };
  let rows = 0;
  let firstJet = 0;
  let firstGen = 0;
  for (let event = 0; event < chunk.events; event++) {
    const jetCount = Number(chunk.counts[`${collection}_size`]![event]);
    const genCount = Number(chunk.counts[`${gen}_size`]![event]);
    const partners = nearestPairs(
      { eta: eta.subarray(firstJet, firstJet + jetCount), phi: phi.subarray(firstJet, firstJet + jetCount) },
      {
        eta: genEta.subarray(firstGen, firstGen + genCount),
        phi: genPhi.subarray(firstGen, firstGen + genCount),
      },
      MAX_DELTA_R,
    );
    for (let index = 0; index < jetCount; index++) {
      if (partners[index]! < 0) continue;
      jet[rows] = firstJet + index;
      partner[rows] = firstGen + partners[index]!;
      places.entry[rows] = chunk.firstEvent + event;
      places.jet[rows] = index;
      rows++;
    }
    firstJet += jetCount;
    firstGen += genCount;
  }
  return { jets, rows, jet, gen: partner, places };
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
