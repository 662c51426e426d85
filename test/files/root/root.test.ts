import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openTable } from '../../../src/files/open-table.js';
import { nearestPairs } from '../../../src/files/root/jet-lists.js';
import { memorySource } from '../../../src/files/source.js';
import { openSource } from '../../../src/files/source-node.js';
import type { JetOptions } from '../../../src/files/table-file.js';
import { deltaR } from '../../../src/jets/phi.js';
import { EVENTS, fileOf } from '../files.js';
import { createRandom } from '../random.js';

const VERSIONS = ['v5', 'v7', 'v9', 'v12', 'v15'] as const;
const TWELVE = Object.keys(EVENTS.matched).filter((name) => /^(raw|reco|gen)_/.test(name));

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

test.each(VERSIONS)('NanoAOD %s gives the matched jets, and counts the others', async (version) => {
  const { rows, dropped, gensWithoutJet } = await read(`nanoaod-${version}.root`, TWELVE);
  for (const column of TWELVE) expect([column, rows[column]]).toEqual([column, EVENTS.matched[column]]);
  expect(dropped).toEqual({
    'no gen jet matched': EVENTS.unmatched,
    'matched gen jet not stored in the file': EVENTS.beyond,
  });
  expect(rows.gen_pt!.length + EVENTS.unmatched + EVENTS.beyond).toBe(EVENTS.jets);
  expect(gensWithoutJet).toBe(EVENTS.gensWithoutJet);
});

test.each(VERSIONS)('NanoAOD %s gives every jet where no gen jet is asked for', async (version) => {
  const columns = Object.keys(EVENTS.all);
  const { rows, dropped, gensWithoutJet } = await read(`nanoaod-${version}.root`, [
    ...columns,
    'jetIdx',
    'flavour',
  ]);
  for (const column of columns) expect([column, rows[column]]).toEqual([column, EVENTS.all[column]]);
  expect(rows.jetIdx).toHaveLength(EVENTS.jets);
  expect(dropped).toEqual({});
  expect(gensWithoutJet).toBe(0);
});

test.each([...VERSIONS.map((version) => `nanoaod-${version}`), 'nanogen'])(
  '%s gives every gen jet where no other is asked for',
  async (name) => {
    const columns = ['gen_pt', 'gen_eta', 'gen_phi', 'gen_mass', 'genJetIdx', 'genWeight'];
    const { rows, dropped, gensWithoutJet } = await read(`${name}.root`, [...columns, 'event']);
    for (const column of columns.slice(0, 5)) expect(rows[column]).toEqual(EVENTS.gens[column]);
    expect(rows.event!.map(String)).toEqual(EVENTS.gens.event);
    expect([dropped, gensWithoutJet]).toEqual([{}, 0]);
  },
);

test('NanoGEN has gen jets and their own columns, and no others', async () => {
  const { rows, columnNames } = await read('nanogen.root', ['gen_pt', 'hadronFlavour', 'flavour']);
  expect(rows.flavour).toEqual(EVENTS.gens.gen_pt!.map((_, jet) => jet % 6));
  expect(columnNames.filter((name) => /^(raw|reco)_|^jet/.test(name))).toEqual([]);
});

test('a column of one list brings the other in: rows have all that is asked for', async () => {
  const { rows } = await read('nanoaod-v9.root', ['gen_pt', 'area']);
  expect(rows.gen_pt).toEqual(EVENTS.matched.gen_pt);
  expect(rows.area).toEqual(EVENTS.matched.flavour!.map((flavour) => flavour / 8));
  // The jet's own branch of that name, where no gen jet is asked for.
  const { rows: all } = await read('nanoaod-v9.root', ['reco_pt', 'genJetIdx']);
  expect(all.genJetIdx!.filter((index) => Number(index) < 0)).toHaveLength(EVENTS.unmatched);
});

test('jets are matched by direction where that is asked for, as plain loops in Python match them', async () => {
  const options = { maxDeltaR: 0.02 };
  const columns = ['gen_pt', 'reco_pt', 'jetIdx', 'genJetIdx', 'event'];
  const { rows, dropped } = await read('nanoaod-v9.root', columns, options);
  expect(rows.event!.map(String)).toEqual(EVENTS.byDirection.event);
  expect(rows.jetIdx).toEqual(EVENTS.byDirection.jetIdx);
  expect(rows.genJetIdx).toEqual(EVENTS.byDirection.genJetIdx);
  expect(dropped).toEqual({ 'no gen jet within deltaR 0.02': EVENTS.jets - rows.gen_pt!.length });
});

test.each([
  ['nanoaod-v9.root', 'Jet', 0.2],
  ['nanoaod-fat.root', 'FatJet', 0.4],
] as const)('half the radius of %s %s is %d', async (name, collection, half) => {
  const columns = ['gen_pt', 'jetIdx', 'genJetIdx', 'event'];
  const asked = await read(name, columns, { collection, maxDeltaR: true });
  const told = await read(name, columns, { collection, maxDeltaR: half });
  expect(asked.rows).toEqual(told.rows);
  expect(Object.keys(asked.dropped)).toEqual(Object.keys(told.dropped));
});

test.each(VERSIONS)('NanoAOD %s gives event and jet numbers to join by, without loss', async (version) => {
  const { rows } = await read(`nanoaod-${version}.root`, [
    'event',
    'jetIdx',
    'genJetIdx',
    'jet',
    'rho',
    'flavour',
    'genWeight',
    'gen_pt',
  ]);
  expect(rows.event!.map(String)).toEqual(EVENTS.matched.event);
  expect(rows.jetIdx).toEqual(EVENTS.matched.jetIdx);
  expect(rows.genJetIdx).toEqual(EVENTS.matched.genJetIdx);
  expect(rows.jet).toEqual(rows.jetIdx);
  expect(rows.rho).toEqual(EVENTS.matched.rho);
  expect(rows.flavour).toEqual(EVENTS.matched.flavour);
  expect(rows.genWeight).toEqual(EVENTS.matched.genWeight);
});

test.each(['v5', 'v12'])('the jet id of NanoAOD %s is a bit of jetId', async (version) => {
  const passed = EVENTS.matched.jetId!.map((id) => (id & 4) !== 0);
  const { rows, dropped } = await read(`nanoaod-${version}.root`, ['reco_pt', 'gen_pt'], {
    jetId: 'tightLepVeto',
  });
  expect(rows.gen_pt).toEqual(EVENTS.matched.gen_pt!.filter((_, jet) => passed[jet]));
  expect(dropped['jet id not tightLepVeto']).toBe(passed.filter((pass) => !pass).length);
});

test('a working point that nobody filled in is refused, with the one to ask for', async () => {
  // 0, 2 and 6 are the values in these files, as of 2017: tight without loose.
  await expect(read('nanoaod-v9.root', ['gen_pt', 'reco_pt'], { jetId: 'loose' })).rejects.toThrow(
    /Jet_jetId has no working point loose, .*; give --jet-id tight$/,
  );
});

test('NanoAOD 15 has no jet id, and says so', async () => {
  await expect(read('nanoaod-v15.root', ['gen_pt'], { jetId: 'tight' })).rejects.toThrow(/no Jet_jetId/);
});

test('fat jets are matched to their own gen jets', async () => {
  const { rows } = await read('nanoaod-fat.root', TWELVE, { collection: 'FatJet' });
  for (const column of TWELVE) expect(rows[column]).toEqual(EVENTS.matched[column]);
  await expect(read('nanoaod-fat.root', TWELVE)).rejects.toThrow(/no Jet_pt: choose another collection/);
  await expect(read('nanoaod-fat.root', TWELVE, { collection: 'GenJetAK8' })).rejects.toThrow(
    /GenJetAK8 are gen jets/,
  );
});

test('data without gen jets give raw and reco of all jets', async () => {
  const columns = Object.keys(EVENTS.all);
  const { rows, dropped, columnNames } = await read('nanoaod-data.root', columns);
  for (const column of columns) expect(rows[column]).toEqual(EVENTS.all[column]);
  expect(dropped).toEqual({});
  expect(columnNames).not.toContain('gen_pt');
});

test('a version below zero, as development versions of ROOT have it, is that of a small file', async () => {
  const bytes = readFileSync(fileOf('nanoaod-v9.root'));
  bytes.writeInt32BE(-937600, 4);
  const table = await openTable(memorySource('memory', bytes));
  const pts: number[] = [];
  for await (const { columns } of table.batches(['reco_pt'])) pts.push(...(columns.reco_pt as Float32Array));
  expect(pts).toEqual(EVENTS.all.reco_pt);
});

test('JetNTuple gives the rows with a match', async () => {
  const { rows, dropped } = await read('jet-ntuple.root', [...TWELVE, 'event']);
  for (const column of TWELVE) expect(rows[column]).toEqual(EVENTS.matched[column]);
  expect(rows.event!.map(String)).toEqual(EVENTS.matched.event);
  expect(dropped).toEqual({ 'no gen jet matched': EVENTS.unmatched + EVENTS.beyond });
  const { rows: all, dropped: none } = await read('jet-ntuple.root', Object.keys(EVENTS.all));
  expect(all).toEqual(EVENTS.all);
  expect(none).toEqual({});
});

// The second by ROOT as Delphes has it: split TClonesArrays, the last baskets inside the tree's record.
test.each(['delphes.root', 'delphes-clones.root'])(
  'jets of %s are matched by deltaR, as by plain loops in Python',
  async (name) => {
    const columns = Object.keys(EVENTS.delphes);
    const { rows, dropped } = await read(name, columns);
    for (const column of columns) expect([column, rows[column]]).toEqual([column, EVENTS.delphes[column]]);
    expect(dropped).toEqual({ 'no gen jet within deltaR 0.2': EVENTS.jets - EVENTS.delphes.gen_pt!.length });
  },
);

test('Delphes gives every jet, and every gen jet, where the other is not asked for', async () => {
  expect((await read('delphes.root', ['reco_pt'])).rows.reco_pt).toEqual(EVENTS.all.reco_pt);
  expect((await read('delphes.root', ['gen_pt'])).rows.gen_pt).toEqual(EVENTS.gens.gen_pt);
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
