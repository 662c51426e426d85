import { expect, test } from '@jest/globals';
import { openTable } from '../../../src/files/open-table.js';
import { nearestPairs } from '../../../src/files/root/delphes.js';
import type { NanoAodOptions } from '../../../src/files/root/nanoaod.js';
import { openSource } from '../../../src/files/source-node.js';
import { deltaR } from '../../../src/jets/phi.js';
import { EVENTS, fileOf } from '../files.js';
import { createRandom } from '../random.js';

const VERSIONS = ['v5', 'v7', 'v9', 'v12', 'v15'] as const;
const TWELVE = Object.keys(EVENTS.matched).filter((name) => /^(raw|reco|gen)_/.test(name));

/** All rows of some columns of a file, and what was dropped. */
async function read(name: string, columns: readonly string[], options: NanoAodOptions = {}) {
  const source = await openSource(fileOf(name));
  const table = await openTable(source, options);
  const rows: Record<string, (number | bigint)[]> = Object.fromEntries(columns.map((column) => [column, []]));
  for await (const batch of table.batches(columns)) {
    for (const column of columns) rows[column]!.push(...batch.columns[column]!);
  }
  await source.close();
  return { rows, dropped: table.dropped, columnNames: table.columnNames };
}

test.each(VERSIONS)('NanoAOD %s gives the matched jets, and counts the others', async (version) => {
  const { rows, dropped } = await read(`nanoaod-${version}.root`, TWELVE);
  for (const column of TWELVE) expect([column, rows[column]]).toEqual([column, EVENTS.matched[column]]);
  expect(dropped).toEqual({
    'no gen jet matched': EVENTS.unmatched,
    'matched gen jet not stored in the file': EVENTS.beyond,
  });
  expect(rows.gen_pt!.length + EVENTS.unmatched + EVENTS.beyond).toBe(EVENTS.jets);
});

test.each(VERSIONS)('NanoAOD %s gives event and jet numbers to join by, without loss', async (version) => {
  const { rows } = await read(`nanoaod-${version}.root`, ['event', 'jet', 'rho', 'flavour', 'genWeight']);
  expect(rows.event!.map(String)).toEqual(EVENTS.matched.event);
  expect(rows.jet).toEqual(EVENTS.matched.jet);
  expect(rows.rho).toEqual(EVENTS.matched.rho);
  expect(rows.flavour).toEqual(EVENTS.matched.flavour);
  expect(rows.genWeight).toEqual(EVENTS.matched.genWeight);
});

test.each(['v5', 'v12'])('the jet id of NanoAOD %s is a bit of jetId', async (version) => {
  const passed = EVENTS.matched.jetId!.map((id) => (id & 4) !== 0);
  const { rows, dropped } = await read(`nanoaod-${version}.root`, ['gen_pt'], { jetId: 'tightLepVeto' });
  expect(rows.gen_pt).toEqual(EVENTS.matched.gen_pt!.filter((_, jet) => passed[jet]));
  expect(dropped['jet id not tightLepVeto']).toBe(passed.filter((pass) => !pass).length);
});

test('NanoAOD 15 has no jet id, and says so', async () => {
  await expect(read('nanoaod-v15.root', ['gen_pt'], { jetId: 'tight' })).rejects.toThrow(/no Jet_jetId/);
});

test('fat jets are matched to their own gen jets', async () => {
  const { rows } = await read('nanoaod-fat.root', TWELVE, { collection: 'FatJet' });
  for (const column of TWELVE) expect(rows[column]).toEqual(EVENTS.matched[column]);
  await expect(read('nanoaod-fat.root', TWELVE)).rejects.toThrow(/no Jet_pt: choose another collection/);
});

test('data without gen jets give raw and reco of all jets', async () => {
  const columns = Object.keys(EVENTS.all);
  const { rows, dropped, columnNames } = await read('nanoaod-data.root', columns);
  for (const column of columns) expect(rows[column]).toEqual(EVENTS.all[column]);
  expect(dropped).toEqual({});
  expect(columnNames).not.toContain('gen_pt');
});

test('JetNTuple gives the rows with a match', async () => {
  const { rows, dropped } = await read('jet-ntuple.root', [...TWELVE, 'event']);
  for (const column of TWELVE) expect(rows[column]).toEqual(EVENTS.matched[column]);
  expect(rows.event!.map(String)).toEqual(EVENTS.matched.event);
  expect(dropped).toEqual({ 'no gen jet matched': EVENTS.unmatched + EVENTS.beyond });
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
