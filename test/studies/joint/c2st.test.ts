import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { normalTail } from '../../../src/stats/normal.js';
import { BLOCKS, combineBlocks, DRAWS, type ScoreBlock, testBlock } from '../../../src/studies/joint/c2st.js';
import { jetFeatures } from '../../../src/studies/joint/jet-features.js';
import { localMap } from '../../../src/studies/joint/local-map.js';
import { TREE_OPTIONS, treeTest } from '../../../src/studies/joint/pit-trees.js';
import { makeReferenceJets } from '../../reference-detector.js';

const uniformPits = (count: number, seed: number) =>
  Float32Array.from({ length: 4 * count }, makeGenerator(seed, 60).uniform);

/** Remembers every PIT that it has seen, true or drawn: as overfit as can be, with tied scores. */
function parrot(pits: Float32Array, draws: readonly Float32Array[]): ScoreBlock {
  return (from, to) => {
    const known = new Set(pits.subarray(0, 4 * from));
    return Float32Array.from({ length: (DRAWS + 1) * (to - from) }, (_, i) => {
      const of = [pits, ...draws][Math.floor(i / (to - from))]!;
      const at = 4 * (from + (i % (to - from)));
      return known.has(of[at]!) ? 5 : of[at + 1]! > 0.7 + 0.2 * (known.size % 2) ? 1 : 0;
    });
  };
}

test('p-values of uniform PITs are uniform, even for an overfit classifier with tied scores', () => {
  const count = 60;
  const pValues = Array.from({ length: 100 }, (_, i) => {
    const draws = Array.from({ length: DRAWS }, (__, draw) => uniformPits(count, 1000 * i + draw + 1));
    const score = parrot(uniformPits(count, 1000 * i), draws);
    const blocks = Array.from({ length: BLOCKS - 1 }, (__, b) => testBlock(score, count, b + 1, i, 199));
    return combineBlocks(blocks).pValue;
  });
  // False alarm: 1 in 1000 by choice of seed.
  expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
});

test('p-values of uniform PITs are uniform with small trees, at 60 jets', () => {
  const count = 60;
  const generator = makeGenerator(1, 61);
  const options = { ...TREE_OPTIONS, trees: 4, leastHessian: 2 };
  const pValues = Array.from({ length: 80 }, (_, i) => {
    const features = Float32Array.from({ length: 4 * count }, generator.normal);
    return treeTest(features, uniformPits(count, i), i, { options, replacements: 199 }).c2st.pValue;
  });
  expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
});

test('a block’s p-value is the share of replacements that reach the true sum', () => {
  // Two jets a block: all 121 pairs of their eleven scores can be counted.
  const jets = 8;
  const logits = (draw: number, jet: number) => (draw === 0 ? [8.5, 9.5][jet % 2]! : draw);
  const score: ScoreBlock = (first, end) =>
    Float32Array.from({ length: (DRAWS + 1) * (end - first) }, (_, i) =>
      logits(Math.floor(i / (end - first)), i % (end - first)),
    );
  const p = (logit: number) => 1 / (1 + Math.exp(-logit));
  const choices = (jet: number) => Array.from({ length: DRAWS + 1 }, (_, draw) => p(logits(draw, jet)));
  const sums = choices(0).flatMap((a) => choices(1).map((b) => a + b));
  const seen = p(8.5) + p(9.5);
  const above = sums.filter((sum) => sum > seen + 1e-6).length;
  const equal = sums.filter((sum) => Math.abs(sum - seen) <= 1e-6).length;
  const { z, ranks } = testBlock(score, jets, 1, 3, 20_000);
  const naive = (above + equal / 2) / sums.length;
  expect(ranks).toHaveLength(jets / BLOCKS);
  // The share of 20,000 replacements has an error of 0.2 % at most; ties, 1 in 121, are broken at random.
  expect(Math.abs(normalTail(z) - naive)).toBeLessThan(0.5 * (equal / sums.length) + 0.008);
});

describe('a fault in one corner', () => {
  const count = 6000;
  const table = makeReferenceJets(count, 3);
  const jets = Float32Array.from(
    { length: 4 * count },
    (_, i) => table.columns[(['gen_pt', 'gen_eta', 'gen_phi', 'gen_mass'] as const)[i % 4]]![i >> 2],
  );
  const pits = uniformPits(count, 2);
  for (let jet = 0; jet < count; jet++) {
    // Too narrow a model for |eta| > 1.5: true values crowd at the ends.
    const u = pits[4 * jet];
    if (Math.abs(jets[4 * jet + 1]) > 1.5) pits[4 * jet] = u - 0.12 * Math.sin(4 * Math.PI * u) * 0.6;
  }
  const { c2st: result, ranks } = treeTest(jetFeatures(jets), pits, 1);

  test('is found', () => {
    expect(result.pValue).toBeLessThan(1e-6);
    expect(result.auc.low).toBeGreaterThan(0.5);
    expect(result.withinJets.auc).toBeGreaterThan(0.5 + 3 * result.withinJets.error);
    expect(result.jets).toBe(4500);
  });

  test('and placed there by the map', () => {
    const map = localMap(jets, ranks);
    expect(map.pValue).toBeLessThan(1e-3);
    const column = (j: number) => map.z.reduce((sum, row) => sum + row[j]!, 0) / Math.sqrt(map.z.length);
    expect(column(4)).toBeGreaterThan(4);
    expect(Math.abs(column(0))).toBeLessThan(4);
    expect(map.jets.flat().reduce((sum, n) => sum + n)).toBe(4500);
  });
});
