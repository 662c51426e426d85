import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../src/random/generator.js';
import { closureSlices } from '../../src/studies/closure-slices.js';

const rows = 8000;
function jets(seed: number) {
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
  test('every jet lies in one slice of pt and in one of |eta|', () => {
    const { table, pit } = jets(1);
    const { stage, slices } = closureSlices(pit, table, 'simulation');
    expect(stage).toBe('gen');
    for (const of of ['pt', '|eta|'])
      expect(slices.filter((slice) => slice.of === of).reduce((sum, slice) => sum + slice.jets, 0)).toBe(
        rows,
      );
  });

  test('finds a fault in one slice that the whole hides, and where it is', () => {
    const { table, pit } = jets(2);
    const skewed = pit.map((u, jet) => {
      const absEta = Math.abs(table.columns.gen_eta[jet]!);
      return absEta >= 1.3 && absEta < 1.7 ? u ** 1.5 : u;
    });
    const { slices, pValue } = closureSlices(skewed, table, 'simulation');
    expect(pValue).toBeLessThan(1e-6);
    const worst = slices.reduce((a, b) => ((b.pValue ?? 1) < (a.pValue ?? 1) ? b : a));
    expect([worst.of, worst.low, worst.high]).toEqual(['|eta|', 1.3, 1.7]);
    expect(worst.pull).toBeLessThan(-5);
  });

  test('a uniform PIT is rejected at 5 % in at most 5 % of 200 repetitions', () => {
    const small = Array.from({ length: 200 }, (_, seed) => {
      const { table, pit } = jets(100 + seed);
      return closureSlices(pit, table, 'simulation').pValue;
    }).filter((p) => p < 0.05).length;
    // Binomial(200, 0.05): 21 or more happen once in a thousand.
    expect(small).toBeLessThanOrEqual(20);
  });

  test('with too few jets a slice is not tested', () => {
    const columns = { raw_pt: Float32Array.of(20, 2000), raw_eta: Float32Array.of(0, 4) };
    const table = { rows: 2, columns, source: { name: '', sha256: '' } };
    const { stage, slices, pValue } = closureSlices(Float64Array.of(0.1, 0.9), table, 'correction');
    expect([stage, pValue]).toEqual(['raw', 1]);
    expect(slices.every((slice) => slice.pValue === null)).toBe(true);
  });
});
