import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';
import { closureSlices, jetSlices } from '../../src/studies/closure-slices.js';

function jets(seed: number, rows = 8000) {
  const draw = makeGenerator(seed, 97);
  const column = (value: () => number) => Float32Array.from({ length: rows }, value);
  const columns = {
    gen_pt: column(() => 10 * 100 ** draw.uniform()),
    gen_eta: column(() => 8 * draw.uniform() - 4),
  };
  const pit = Float64Array.from({ length: rows }, () => draw.uniform());
  return { table: { rows, columns, source: { name: '', sha256: '' } }, pit };
}

describe('closure in slices', () => {
  test('finds a fault in one slice that the whole hides, and where it is', () => {
    const { table, pit } = jets(2);
    const skewed = pit.map((u, jet) => {
      const absEta = Math.abs(table.columns.gen_eta[jet]!);
      return absEta >= 1.3 && absEta < 1.7 ? u ** 1.5 : u;
    });
    const { slices, pValue } = closureSlices('pt', skewed, table, 'simulation');
    expect(pValue).toBeLessThan(1e-6);
    const worst = slices.reduce((a, b) => ((b.pValue ?? 1) < (a.pValue ?? 1) ? b : a));
    expect([worst.of, worst.low, worst.high]).toEqual(['|eta|', 1.3, 1.7]);
    expect(worst.pull).toBeLessThan(-5);
  });

  test('a uniform PIT is rejected at 5 % in at most 5 % of 200 repetitions', () => {
    const small = Array.from({ length: 200 }, (_, seed) => {
      const { table, pit } = jets(100 + seed, 2000);
      return closureSlices('pt', pit, table, 'simulation').pValue;
    }).filter((p) => p < 0.05).length;
    // Binomial(200, 0.05): 21 or more happen once in a thousand.
    expect(small).toBeLessThanOrEqual(20);
  });

  test('each slice as a naive selection has it, and Bonferroni over those with jets enough', () => {
    const { table, pit: even } = jets(3);
    // Bent, so that p is not cut at 1.
    const pit = even.map((u) => u ** 1.1);
    const { stage, slices, pValue } = closureSlices('pt', pit, table, 'simulation');
    expect(stage).toBe('gen');
    const [pt, eta] = [table.columns.gen_pt, table.columns.gen_eta];
    for (const slice of slices) {
      const values = [...pit].filter((_, jet) => {
        const cut = slice.of === 'pt' ? pt[jet]! : Math.abs(eta[jet]!);
        return cut >= slice.low && (slice.high === null || cut < slice.high);
      });
      const count = values.length;
      expect(slice.jets).toBe(count);
      if (count < 100) continue;
      expect(slice.ks).toBe(ksDistance(values));
      expect(slice.pValue).toBe(ksPValue(slice.ks!, count));
      // The mean of n uniform values has the variance 1/(12 n).
      const mean = values.reduce((sum, u) => sum + u) / count;
      expect(slice.pull).toBeCloseTo((mean - 0.5) / Math.sqrt(1 / 12 / count), 9);
      const share = (inside: (u: number) => boolean) => values.filter(inside).length / (count / 50);
      expect(slice.ends![0]).toBeCloseTo(
        share((u) => u < 0.02),
        9,
      );
      expect(slice.ends![1]).toBeCloseTo(
        share((u) => u >= 0.98),
        9,
      );
    }
    const tested = slices.flatMap((slice) => slice.pValue ?? []);
    expect(tested).toHaveLength(10);
    expect(pValue).toBeCloseTo(10 * Math.min(...tested), 12);
  });

  test('the ends of the slices: the lower one belongs to it, and what lies in none is in none', () => {
    const of = (name: string) =>
      jetSlices(
        1,
        () => Number.NaN,
        () => 0,
      )
        .filter(({ slice }) => slice.of === name)
        .map(({ slice }) => [slice.low, slice.high]);
    expect(of('pt')).toEqual([
      [0, 30],
      [30, 60],
      [60, 120],
      [120, 300],
      [300, 1000],
      [1000, null],
    ]);
    expect(of('|eta|')).toEqual([
      [0, 1.3],
      [1.3, 1.7],
      [1.7, 2.5],
      [2.5, 3],
      [3, null],
    ]);
    const pt = [30, 29.9, 0, 1000, Number.NaN];
    const members = jetSlices(
      5,
      (jet) => pt[jet]!,
      (jet) => -pt[jet]!,
    ).map((each) => [...each.members]);
    expect(members).toEqual([[1, 2], [0], [], [], [], [3], [2], [], [], [], [0, 1, 3]]);
  });

  test.each([
    [99, null],
    [100, 1],
  ])('%i jets, p %p', (count, pValue) => {
    const pit = Float64Array.from({ length: count }, (_, i) => (i + 0.5) / count);
    const columns = { gen_pt: new Float32Array(count).fill(50), gen_eta: new Float32Array(count) };
    const table = { rows: count, columns, source: { name: '', sha256: '' } };
    const found = closureSlices('pt', pit, table, 'simulation');
    expect(found.slices[1]).toMatchObject({ of: 'pt', low: 30, jets: count, pValue });
    // Of an even PIT: the p of two slices, each 1, is not 2.
    expect(found.pValue).toBe(1);
  });

  test('a table without the input is refused by its columns', () => {
    const { table, pit } = jets(4);
    expect(() => closureSlices('pt', pit, table, 'correction')).toThrow('no columns raw_pt and raw_eta');
  });
});
