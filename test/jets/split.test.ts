import { expect, test } from '@jest/globals';
import {
  hasEvents,
  SPLIT_SHARES,
  type SplitPart,
  splitByEvent,
  splitIndices,
  splitPart,
} from '../../src/jets/split.js';
import type { JetsTable } from '../../src/jets/table.js';
import { philox4x32 } from '../../src/stats/philox.js';

test('the three parts are disjoint, complete and of their shares', () => {
  const rows = 100_000;
  const parts = (Object.keys(SPLIT_SHARES) as SplitPart[]).map((part) => ({
    part,
    indices: splitIndices(rows, part),
  }));
  const all = parts.flatMap(({ indices }) => [...indices]).sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: rows }, (_, index) => index));
  // Five standard deviations of a binomial count: a false alarm once in 1.7 million.
  for (const { part, indices } of parts) {
    const share = SPLIT_SHARES[part];
    expect(Math.abs(indices.length - share * rows)).toBeLessThan(5 * Math.sqrt(rows * share * (1 - share)));
  }
});

test('a jet keeps its part in any table; another seed moves it', () => {
  const short = splitIndices(1000, 'test');
  expect([...splitIndices(5000, 'test')].filter((index) => index < 1000)).toEqual([...short]);
  const moved = Array.from({ length: 1000 }, (_, index) => index).filter(
    (index) => splitPart(index, 1) !== splitPart(index, 2),
  );
  expect(moved.length).toBeGreaterThan(300);
});

/** Three jets an event, the numbers of NanoAOD's types; run and luminosityBlock change now and then. */
function tableOf(events: number): JetsTable {
  const rows = 3 * events;
  const of = (row: number) => Math.floor(row / 3);
  return {
    rows,
    columns: {},
    kept: {
      run: Uint32Array.from({ length: rows }, (_, row) => 1 + (of(row) % 2)),
      luminosityBlock: Uint32Array.from({ length: rows }, (_, row) => 1 + (of(row) % 5)),
      event: BigUint64Array.from({ length: rows }, (_, row) => BigInt(of(row)) << 31n),
    },
    source: { name: 'jets.parquet', sha256: 'a'.repeat(64) },
  };
}

test('by event no event is in two parts, the shares are kept, and the part is what Philox says', () => {
  const events = 20_000;
  const table = tableOf(events);
  const partOf = splitByEvent(table, 7);
  const parts = Array.from({ length: table.rows }, (_, row) => partOf(row));
  const shares = { train: 0, validation: 0, test: 0 };
  const cut = parts.filter((part, row) => part !== parts[row - (row % 3)]);
  expect(cut).toEqual([]);
  for (let row = 0; row < table.rows; row += 3) shares[parts[row]]++;
  for (const [part, share] of Object.entries(SPLIT_SHARES))
    expect(Math.abs(shares[part as SplitPart] - share * events)).toBeLessThan(
      5 * Math.sqrt(events * share * (1 - share)),
    );
  // The jets of event 3 << 31 of run 2, block 4, by the formula of the docstring.
  const words = new Uint32Array(4);
  philox4x32(words, 2, 4, 0x80000000, 1, 7, 0);
  const [key0, key1] = words;
  philox4x32(words, 0, 0, 0, 2, key0, key1);
  const u = words[0] / 2 ** 32;
  expect(parts[9]).toBe(u < 0.7 ? 'train' : u < 0.8 ? 'validation' : 'test');
});

test('the same events in columns of doubles, as text has them, are parted alike', () => {
  const table = tableOf(500);
  const doubles = Object.fromEntries(
    Object.entries(table.kept!).map(([name, column]) => [name, Float64Array.from(column, Number)]),
  );
  const [partOf, ofDoubles] = [splitByEvent(table, 1), splitByEvent({ ...table, kept: doubles }, 1)];
  for (let row = 0; row < table.rows; row++) expect(ofDoubles(row)).toBe(partOf(row));
  const odd = splitByEvent({ ...table, kept: { ...doubles, event: new Float64Array(1500).fill(0.5) } }, 1);
  expect(() => odd(2)).toThrow(/jets\.parquet: row 3: event is 0\.5, not a whole number/);
  expect(hasEvents(table)).toBe(true);
  expect(hasEvents({ kept: { event: doubles.event } })).toBe(false);
});
