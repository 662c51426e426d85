import { describe, expect, test } from '@jest/globals';
import { splitPart } from '../../src/jets/split.js';
import type { JetsTable } from '../../src/jets/table.js';
import { splitJets } from '../../src/model/split-jets.js';
import { tinyBundle } from '../tiny-bundle.js';

const ROWS = 1000;
const sha256 = 'b'.repeat(64);
const table: JetsTable = {
  rows: ROWS,
  columns: { gen_pt: Float32Array.from({ length: ROWS }, (_, row) => row) },
  kept: { event: BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(row) << 40n) },
  source: { name: 'jets.parquet', sha256 },
};
const cardOf = async (rows: number, seed = 7) =>
  (await tinyBundle({ seed, trainedOn: { name: 'jets.parquet', sha256, rows } })).card;

test('parts the training file as training did: every jet in one part, all columns along', async () => {
  const card = await cardOf(ROWS);
  const parts = (['train', 'validation', 'test'] as const).map((part) => splitJets(table, card, part));
  for (const { rows, columns, kept, source } of parts) {
    const found = [...columns.gen_pt!];
    // tinyBundle's card has its seed as the split's.
    expect(found).toEqual(
      [...table.columns.gen_pt!].filter((row) => splitPart(row, 7) === source.part!.name),
    );
    expect([...(kept!.event as BigInt64Array)]).toEqual(found.map((row) => BigInt(row) << 40n));
    expect(source).toEqual({ name: 'jets.parquet', sha256, part: { name: source.part!.name, seed: 7 } });
    expect(rows).toBe(found.length);
  }
  expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(ROWS);
});

test('jets behind those that training read were never seen', async () => {
  const card = await cardOf(600);
  const seen = ['train', 'validation'] as const;
  for (const part of seen)
    expect(Math.max(...splitJets(table, card, part).columns.gen_pt!)).toBeLessThan(600);
  const unseen = [...splitJets(table, card, 'test').columns.gen_pt!];
  expect(unseen.filter((row) => row >= 600)).toHaveLength(400);
});

test('another file is refused: its rows are not those that were parted', async () => {
  const card = await cardOf(ROWS);
  const other = { ...table, source: { name: 'other.parquet', sha256: 'c'.repeat(64) } };
  expect(() => splitJets(other, card, 'test')).toThrow(
    /other\.parquet: is not the file that tiny-amortised-simulation was trained on \(jets\.parquet, sha256 bbbbbbbb…\)/,
  );
});

test('a part without jets is refused', async () => {
  const card = await cardOf(ROWS);
  const row = [...table.columns.gen_pt!].findIndex((jet) => splitPart(jet, 7) !== 'train');
  const short = { ...table, rows: row, columns: { gen_pt: table.columns.gen_pt!.slice(0, row) }, kept: {} };
  expect(() => splitJets(short, card, 'validation')).toThrow(
    /has \d+ jets and none of them in the validation part/,
  );
});

describe('a file that was parted by event', () => {
  const kept = {
    run: new Uint32Array(ROWS).fill(1),
    luminosityBlock: new Uint32Array(ROWS).fill(1),
    event: Float64Array.from({ length: ROWS }, (_, row) => Math.floor(row / 4)),
  };
  const byEvent = { ...table, kept };
  const cardByEvent = async (rows: number) => {
    const card = await cardOf(rows);
    return {
      ...card,
      training: { ...card.training, split: { ...card.training.split, by: 'event' as const } },
    };
  };

  test('has whole events in each part', async () => {
    const card = await cardByEvent(ROWS);
    const parts = (['train', 'validation', 'test'] as const).map(
      (part) => new Set(splitJets(byEvent, card, part).kept!.event as Float64Array),
    );
    expect(parts.reduce((sum, { size }) => sum + size, 0)).toBe(ROWS / 4);
    expect(new Set(parts.flatMap((part) => [...part])).size).toBe(ROWS / 4);
  });

  test('gives no jet behind those read for unseen whose event may have been seen', async () => {
    const card = await cardByEvent(602);
    const whole = await cardByEvent(ROWS);
    expect(splitJets(byEvent, card, 'test').columns).toEqual(splitJets(byEvent, whole, 'test').columns);
    expect(Math.max(...splitJets(byEvent, card, 'train').columns.gen_pt!)).toBeLessThan(602);
  });

  test('is refused where the events were not read', async () => {
    const card = await cardByEvent(ROWS);
    expect(() => splitJets(table, card, 'test')).toThrow(/was parted by event .*keys: true/);
  });
});
