import { describe, expect, test } from '@jest/globals';
import {
  Table as ArrowTableOf,
  Float16,
  makeVector,
  type Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { InputError } from '../../src/errors.js';
import { eventKeys } from '../../src/jets/event-keys.js';
import type { ModelCard } from '../../src/model/card.js';
import { conditionOf } from '../../src/sampling/condition.js';
import { conditionTables } from '../../src/sampling/condition-tables.js';
import type { JetKeys } from '../../src/stats/tau.js';
import { referenceConditional } from '../reference-conditional.js';
import { makeReferenceJets, referenceSession } from '../reference-detector.js';
import { referenceCard } from '../studies/reference-card.js';

const JETS = 6;
const { columns } = makeReferenceJets(JETS, 4);
const NAMES = ['pt', 'eta', 'phi', 'mass'];
/** In doubles, as pandas writes them, with the columns of both stages in another order than that of the network. */
const jets = tableFromArrays(
  Object.fromEntries(
    ['reco', 'gen'].flatMap((stage) =>
      [...NAMES].reverse().map((name) => {
        const column = `${stage}_${name}` as keyof typeof columns;
        return [column, Float64Array.from(columns[column]!)];
      }),
    ),
  ),
);
const rows = (stage: 'gen' | 'reco') =>
  Float32Array.from({ length: 4 * JETS }, (_, i) => columns[`${stage}_${NAMES[i % 4]}` as 'gen_pt']![i >> 2]);
const card: ModelCard = {
  ...referenceCard('simulation'),
  inputs: NAMES.map((column) => ({ column, transform: 'identity', offset: 0, mean: 0, sd: 1 })),
};
const byArrays = (some: Float32Array, first = 7) =>
  conditionOf(referenceSession(), referenceConditional(), some, first);
const byTables = (table: Table) => conditionTables(card, (some) => byArrays(some), table, 7);

/** As another program sees the table: packed, and read by apache-arrow's own reader. */
function readBack(table: Table): Record<string, number[]> {
  const read = tableFromIPC(tableToIPC(table, 'file'));
  return Object.fromEntries(read.schema.fields.map(({ name }) => [name, [...read.getChild(name)!]]));
}

describe('tables in and out', () => {
  test('a table that says its jets’ events takes its random numbers from them', async () => {
    const own = {
      run: new Uint32Array(JETS).fill(362_597),
      luminosityBlock: Uint32Array.from({ length: JETS }, (_, jet) => jet),
      event: BigUint64Array.from({ length: JETS }, (_, jet) => 2n ** 64n - 1n - BigInt(jet)),
    };
    const index = Int16Array.from({ length: JETS }, (_, jet) => 5 - jet);
    const gens = NAMES.map((name) => [`gen_${name}`, columns[`gen_${name}` as 'gen_pt']!]);
    const table = tableFromArrays({ ...Object.fromEntries(gens), ...own, genJetIdx: index });
    const condition = (some: Float32Array, keys: JetKeys) =>
      conditionOf(referenceSession(), referenceConditional(), some, keys);
    const made = readBack(await conditionTables(card, condition, table).sample({ samples: 5, seed: 3 }));
    const expected = await condition(rows('gen'), eventKeys({ ...own, index })).sample({
      samples: 5,
      seed: 3,
    });
    expect(made.pt).toEqual(
      Array.from({ length: 5 * JETS }, (_, i) => expected[20 * Math.floor(i / 5) + (i % 5)]),
    );
    expect(made.jet_index![29]).toBe(5);
    const byRow = readBack(await conditionTables(card, condition, table, 0).sample({ samples: 5, seed: 3 }));
    expect(byRow.pt).not.toEqual(made.pt);
  });

  test('samples are rows of jet and sample, as they come by arrays', async () => {
    const table = await byTables(jets).sample({ samples: 5, seed: 3 });
    const units = table.schema.fields.map(({ metadata }) => metadata.get('unit'));
    expect(units).toEqual([undefined, undefined, 'GeV', undefined, 'rad', 'GeV']);
    const made = readBack(table);
    expect(Object.keys(made)).toEqual(['jet_index', 'sample_index', ...NAMES]);
    const expected = await byArrays(rows('gen')).sample({ samples: 5, seed: 3 });
    for (let row = 0; row < 5 * JETS; row++) {
      const [jet, sample] = [Math.floor(row / 5), row % 5];
      expect([made.jet_index![row], made.sample_index![row]]).toEqual([7 + jet, sample]);
      for (const [k, name] of NAMES.entries())
        expect(made[name]![row]).toBe(expected[(4 * jet + k) * 5 + sample]);
    }
  });

  test('the true jets’ CDFs come from the same table, and quantiles lead back to the jets', async () => {
    const given = byTables(jets);
    const found = await given.cdf(jets);
    const expected = await byArrays(rows('gen')).cdf(rows('reco'));
    const read = readBack(found);
    expect(Object.keys(read)).toEqual(['jet_index', ...NAMES.map((name) => `${name}_cdf`), 'log_density']);
    NAMES.forEach((name, k) => {
      expect(read[`${name}_cdf`]).toEqual(
        Array.from({ length: JETS }, (_, jet) => expected.tau[4 * jet + k]),
      );
    });
    expect(read.log_density).toEqual([...Float32Array.from(expected.logDensity)]);
    expect(JSON.parse(found.schema.metadata.get('range')!)).toEqual(expected.counts);
    const back = readBack(await given.quantile(found));
    expect(Object.keys(back)).toEqual(['jet_index', ...NAMES.map((name) => `reco_${name}`)]);
    // tau in float32, 6e-8, over a density of at least 0.01 of its widths.
    for (let jet = 0; jet < JETS; jet++)
      expect(back.reco_pt![jet]! / columns.reco_pt![jet]!).toBeCloseTo(1, 5);
  });

  test('quantiles of each variable by itself are named by their levels', async () => {
    const made = readBack(await byTables(jets).marginalQuantiles([0.16, 0.5], { samples: 30 }));
    const expected = await byArrays(rows('gen')).marginalQuantiles([0.16, 0.5], { samples: 30 });
    expect(Object.keys(made)).toEqual([
      'jet_index',
      ...NAMES.flatMap((name) => [`${name}_q16`, `${name}_q50`]),
    ]);
    expect(made.phi_q50).toEqual(Array.from({ length: JETS }, (_, jet) => expected[(4 * jet + 2) * 2 + 1]));
    const median = readBack(await byTables(jets).median({ samples: 30 }));
    expect(median.mass_q50).toEqual(made.mass_q50);
  });
});

describe('in words', () => {
  const without = jets.select(jets.schema.names.filter((name) => name !== 'gen_eta'));

  test('a missing column, before anything is computed', () => {
    expect(() => byTables(without)).toThrow(
      new InputError('the Arrow table', 'has no gen_eta; simulation reads them, add them'),
    );
  });

  test('no jets', () => {
    expect(() => byTables(jets.slice(0, 0))).toThrow(/the Arrow table: has no jets/);
  });

  test.each([
    ['text', vectorFromArray(Array(JETS).fill('40'), new Utf8()), /column "gen_pt" holds Utf8, not numbers/],
    ['a missing value', vectorFromArray([40, 40, null, 40, 40, 40]), /column "gen_pt".*missing value/],
  ])('%s', async (_, column, words) => {
    const table = jets.assign(new ArrowTableOf({ gen_pt: column } as never));
    await expect(byTables(table).sample({ samples: 1 })).rejects.toThrow(words);
  });

  test('half precision and whole numbers are numbers', async () => {
    const half = makeVector({ type: new Float16(), data: Uint16Array.of(0x5100) } as never);
    const one = jets
      .slice(0, 1)
      .assign(new ArrowTableOf({ gen_pt: half, gen_mass: vectorFromArray([9n]) }) as never);
    const sampled = await conditionTables(
      card,
      (some) => {
        // 0x5100 is 2⁵ · 1.25 = 40.
        expect([some[0], some[3]]).toEqual([40, 9]);
        return byArrays(some);
      },
      one,
    ).sample({ samples: 1 });
    expect(sampled.numRows).toBe(1);
  });

  test('other rows than jets', async () => {
    await expect(byTables(jets).cdf(jets.slice(1))).rejects.toThrow(/has 5 rows for 6 jets; give one a jet/);
  });
});
