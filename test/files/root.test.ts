import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openTable } from '../../src/files/open-table.js';
import { nearestPairs } from '../../src/files/root/jet-lists.js';
import { openSource } from '../../src/files/source-node.js';
import type { JetOptions } from '../../src/files/table-file.js';
import { deltaR } from '../../src/jets/phi.js';
import { EVENTS, fileOf } from './files.js';
import { createRandom } from './random.js';

const TREES = ['v5', 'v7', 'v9', 'v12', 'v15'].map((version) => `nanoaod-${version}.root`);
/** The same events: as ROOT's importer makes them, as CMS does without projections and with, and by uproot. */
const RNTUPLES = ['imported', 'native', 'projected', 'uproot'].map((kind) => `rntuple-${kind}.root`);
const NANOAODS = [...TREES, ...RNTUPLES];
/** What ROOT reads of columns that the trees have not. */
const BY_ROOT: Readonly<Record<string, Readonly<Record<string, readonly (number | string)[]>>>> = JSON.parse(
  readFileSync(fileOf('rntuple.json'), 'utf8'),
);

/** All rows of some columns of a file, and what was dropped. */
async function read(name: string, columns: readonly string[], options: JetOptions = {}) {
  const source = await openSource(fileOf(name));
  const table = await openTable(source, options);
  const rows: Record<string, (number | bigint)[]> = Object.fromEntries(columns.map((column) => [column, []]));
  for await (const batch of table.batches(columns)) {
    for (const column of columns) rows[column]!.push(...batch.columns[column]!);
  }
  await source.close();
  const { dropped, gensWithoutJet, columnNames } = table;
  return { rows, dropped, gensWithoutJet, columnNames };
}

type Table = Readonly<Record<string, readonly unknown[]>>;
const { jets, unmatched, beyond, gensWithoutJet, all, gens, byDirection, delphes } = EVENTS;
// NanoAOD 15 has no jet id.
const { jetId, ...matched } = EVENTS.matched;
const twelve = Object.fromEntries(Object.entries(matched).filter(([name]) => /^(raw|reco|gen)_/.test(name)));
const noPair = { 'no gen jet matched': unmatched, 'matched gen jet not stored in the file': beyond };
/** What the columns asked for bring: pairs, or all jets of one list. */
test.each<[string, string, Table, Readonly<Record<string, number>>, JetOptions?]>([
  ...NANOAODS.flatMap((name): [string, string, Table, Readonly<Record<string, number>>][] => [
    [name, 'pairs', matched, noPair],
    [name, 'jets', all, {}],
    [name, 'gen jets', gens, {}],
  ]),
  ['nanogen.root', 'gen jets', gens, {}],
  ['nanoaod-data.root', 'jets', all, {}],
  ['nanoaod-fat.root', 'pairs', twelve, noPair, { collection: 'FatJet' }],
  // As plain loops in Python match them; so for Delphes.
  [
    'nanoaod-v9.root',
    'pairs by direction',
    byDirection,
    { 'no gen jet within deltaR 0.02': jets - byDirection.event.length },
    { maxDeltaR: 0.02 },
  ],
  ...['jet-ntuple.root', 'rntuple-jets.root', 'rntuple-jets-plain.root'].flatMap(
    (name): [string, string, Table, Readonly<Record<string, number>>][] => [
      [name, 'pairs', { ...twelve, event: matched.event }, { 'no gen jet matched': unmatched + beyond }],
      [name, 'jets', all, {}],
    ],
  ),
  ['delphes.root', 'pairs', delphes, { 'no gen jet within deltaR 0.2': jets - delphes.gen_pt!.length }],
  // By ROOT as Delphes has it: split TClonesArrays, the last baskets inside the tree's record.
  [
    'delphes-clones.root',
    'pairs',
    delphes,
    { 'no gen jet within deltaR 0.2': jets - delphes.gen_pt!.length },
  ],
  ['delphes.root', 'jets', { reco_pt: all.reco_pt! }, {}],
  ['delphes.root', 'gen jets', { gen_pt: gens.gen_pt! }, {}],
])('%s gives %s', async (name, what, right, dropped, options = {}) => {
  const columns = byDirection === right ? [...Object.keys(right), 'reco_pt', 'gen_pt'] : Object.keys(right);
  const found = await read(name, columns, options);
  for (const [column, values] of Object.entries(right)) {
    // Numbers of events are beyond what JSON's numbers hold.
    const own = column === 'event' ? found.rows.event!.map(String) : found.rows[column];
    expect([column, own]).toEqual([column, values]);
  }
  expect(found.dropped).toEqual(dropped);
  if (NANOAODS.includes(name) && what !== 'pairs by direction')
    expect(found.gensWithoutJet).toBe(what === 'pairs' ? gensWithoutJet : 0);
});

test.each(['rntuple-jets.root', 'rntuple-jets-plain.root'])(
  'all numbers of %s, however encoded, are those that ROOT reads',
  async (name) => {
    const right = BY_ROOT[name]!;
    const columns = Object.keys(right);
    const { rows, columnNames } = await read(name, [...columns, 'atomic', 'letter']);
    for (const column of columns) {
      const isText = typeof right[column]![0] === 'string';
      // JSON has no infinity as Python writes it.
      const own = rows[column]!.map((value) => (isText ? String(value) : value === Infinity ? 1e99 : value));
      expect([column, own]).toEqual([column, right[column]]);
    }
    expect(rows.atomic).toEqual(Array.from({ length: jets }, (_, jet) => 3 * (jet - 30)));
    expect(rows.letter).toEqual(Array.from({ length: jets }, (_, jet) => 97 + (jet % 26)));
    expect(columnNames.filter((column) => /^(text|array|either)/.test(column))).toEqual([]);
  },
);

test('fields of an RNTuple that begin late, or change their columns, are those that ROOT reads', async () => {
  const { rows } = await read('rntuple-native.root', ['reco_pt', 'event', 'late', 'genWeight']);
  const entries = rows.event!.map((event) => Number(BigInt(event) - 2n ** 53n - 1n));
  for (const column of ['late', 'genWeight'])
    expect(rows[column]).toEqual(entries.map((entry) => BY_ROOT['rntuple-native.root']![column]![entry]));
});

test('NanoGEN has gen jets and their own columns, and no others', async () => {
  const { rows, columnNames } = await read('nanogen.root', ['gen_pt', 'hadronFlavour', 'flavour']);
  expect(rows.flavour).toEqual(gens.gen_pt!.map((_, jet) => jet % 6));
  expect(columnNames.filter((name) => /^(raw|reco)_|^jet/.test(name))).toEqual([]);
  expect((await read('nanoaod-data.root', [])).columnNames).not.toContain('gen_pt');
});

test('a column of one list brings the other in: rows have all that is asked for', async () => {
  const { rows } = await read('nanoaod-v9.root', ['gen_pt', 'area']);
  expect(rows.gen_pt).toEqual(matched.gen_pt);
  expect(rows.area).toEqual(matched.flavour!.map((flavour) => flavour / 8));
  // The jet's own branch of that name, where no gen jet is asked for.
  const { rows: own } = await read('nanoaod-v9.root', ['reco_pt', 'genJetIdx']);
  expect(own.genJetIdx!.filter((index) => Number(index) < 0)).toHaveLength(unmatched);
});

test.each([
  ['nanoaod-v9.root', 'Jet', 0.2],
  ['nanoaod-fat.root', 'FatJet', 0.4],
] as const)('half the radius of %s %s is %d', async (name, collection, half) => {
  const columns = ['gen_pt', 'jetIdx', 'genJetIdx', 'event'];
  const asked = await read(name, columns, { collection, maxDeltaR: true });
  const told = await read(name, columns, { collection, maxDeltaR: half });
  expect(asked.rows).toEqual(told.rows);
  expect(asked.dropped).toEqual(told.dropped);
});

test.each(['v5', 'v12'])('the jet id of NanoAOD %s is a bit of jetId', async (version) => {
  const passed = jetId!.map((id) => (id & 4) !== 0);
  const { rows, dropped } = await read(`nanoaod-${version}.root`, ['reco_pt', 'gen_pt'], {
    jetId: 'tightLepVeto',
  });
  expect(rows.gen_pt).toEqual(matched.gen_pt!.filter((_, jet) => passed[jet]));
  expect(dropped['jet id not tightLepVeto']).toBe(passed.filter((pass) => !pass).length);
});

test.each<[string, JetOptions, RegExp]>([
  // 0, 2 and 6 are the values in these files, as of 2017: tight without loose.
  ['nanoaod-v9.root', { jetId: 'loose' }, /Jet_jetId has no working point loose, .*; give --jet-id tight$/],
  ['nanoaod-v15.root', { jetId: 'tight' }, /no Jet_jetId/],
  ['nanoaod-fat.root', {}, /no Jet_pt: choose another collection/],
  ['nanoaod-fat.root', { collection: 'GenJetAK8' }, /GenJetAK8 are gen jets/],
])('%s with %j is refused', async (name, options, message) => {
  await expect(read(name, ['gen_pt', 'reco_pt'], options)).rejects.toThrow(message);
});

test('pairs are one to one, each within the limit, and no closer pair is left over', () => {
  const random = createRandom(7);
  const directions = (count: number) => ({
    eta: Float32Array.from({ length: count }, () => random() * 1.5),
    phi: Float32Array.from(
      { length: count },
      () => Math.PI * (random() < 0.5 ? 1 : -1) * (1 - 0.2 * random()),
    ),
  });
  for (let round = 0; round < 200; round++) {
    const [jets, gens] = [directions(Math.floor(random() * 9)), directions(Math.floor(random() * 9))];
    const distance = (jet: number, gen: number) =>
      deltaR(jets.eta[jet]!, jets.phi[jet]!, gens.eta[gen]!, gens.phi[gen]!);
    const partners = nearestPairs(jets, gens, 0.2);
    const taken = [...partners].filter((gen) => gen >= 0);
    expect(new Set(taken).size).toBe(taken.length);
    for (let jet = 0; jet < jets.eta.length; jet++) {
      for (let gen = 0; gen < gens.eta.length; gen++) {
        const [mine, its] = [partners[jet]!, partners.indexOf(gen)];
        const closer = distance(jet, gen) < 0.2;
        const better =
          closer &&
          (mine < 0 || distance(jet, gen) < distance(jet, mine)) &&
          (its < 0 || distance(jet, gen) < distance(its, gen));
        expect(better).toBe(false);
      }
      if (partners[jet]! >= 0) expect(distance(jet, partners[jet]!)).toBeLessThan(0.2);
    }
  }
});
