import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { c2st } from '../../../src/studies/joint/c2st.js';
import { type PitClassifier, uniformPits } from '../../../src/studies/joint/classifier.js';
import { TREE_OPTIONS, treeClassifier } from '../../../src/studies/joint/classifier-trees.js';
import { jetFeatures } from '../../../src/studies/joint/jet-features.js';
import { localMap } from '../../../src/studies/joint/local-map.js';
import { makeReferenceJets } from '../../reference-detector.js';

/** Remembers every true PIT that it has seen: as overfit as can be. */
const parrot: PitClassifier = {
  name: 'parrot',
  train(_, pits) {
    const known = new Set(pits);
    return (__, scored, scores) => {
      scores.forEach((_score, row) => {
        scores[row] = known.has(scored[4 * row]) ? 5 : scored[4 * row + 1] > 0.7 ? 1 : 0;
      });
    };
  },
};

test('p-values of uniform PITs are uniform, even for an overfit classifier with tied scores', () => {
  const count = 60;
  const features = new Float32Array(4 * count);
  const pValues = Array.from(
    { length: 200 },
    (_, i) => c2st(features, uniformPits(count, makeGenerator(i, 60)), parrot, i, 199).pValue,
  );
  // False alarm: 1 in 1000 by choice of seed.
  expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
});

test('p-values of uniform PITs are uniform with small trees, at 60 jets', () => {
  const count = 60;
  const generator = makeGenerator(1, 61);
  const small = treeClassifier({ ...TREE_OPTIONS, trees: 4, leastHessian: 2 });
  const pValues = Array.from({ length: 150 }, (_, i) => {
    const features = Float32Array.from({ length: 4 * count }, generator.normal);
    return c2st(features, uniformPits(count, generator), small, i, 199).pValue;
  });
  expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
});

describe('a fault in one corner', () => {
  const count = 6000;
  const table = makeReferenceJets(count, 3);
  const jets = Float32Array.from(
    { length: 4 * count },
    (_, i) => table.columns[(['gen_pt', 'gen_eta', 'gen_phi', 'gen_mass'] as const)[i % 4]]![i >> 2],
  );
  const pits = uniformPits(count, makeGenerator(2, 60));
  for (let jet = 0; jet < count; jet++) {
    // Too narrow a model for |eta| > 1.5: true values crowd at the ends.
    const u = pits[4 * jet];
    if (Math.abs(jets[4 * jet + 1]) > 1.5) pits[4 * jet] = u - 0.12 * Math.sin(4 * Math.PI * u) * 0.6;
  }
  const result = c2st(jetFeatures(jets), pits, treeClassifier(), 1);

  test('is found', () => {
    expect(result.pValue).toBeLessThan(1e-6);
    expect(result.auc.low).toBeGreaterThan(0.5);
    expect(result.withinJets.auc).toBeGreaterThan(0.5 + 3 * result.withinJets.error);
    expect(result.jets).toBe(4500);
  });

  test('and placed there by the map', () => {
    const map = localMap(jets, result.ranks);
    expect(map.pValue).toBeLessThan(1e-3);
    const column = (j: number) => map.z.reduce((sum, row) => sum + row[j]!, 0) / Math.sqrt(map.z.length);
    expect(column(4)).toBeGreaterThan(4);
    expect(Math.abs(column(0))).toBeLessThan(4);
    expect(map.jets.flat().reduce((sum, n) => sum + n)).toBe(4500);
  });
});
