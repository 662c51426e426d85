import { expect, test } from '@jest/globals';
import { judged } from '../../../bench/pareto/flow.js';
import { makeGenerator } from '../../../src/stats/generator.js';
import { makeReferenceJets } from '../../reference-detector.js';

const JETS = 1000;
const table = makeReferenceJets(JETS, 3);

/** Coordinates and ranks of a flow, uniform but for what `bend` does to them. */
function found(bend: (u: number, k: number) => number): Float32Array {
  const generator = makeGenerator(1, 99, 0);
  return Float32Array.from({ length: 8 * JETS }, (_, i) => bend(generator.uniform(), i % 8));
}

test('a flow whose coordinates and ranks are uniform is as good as true jets', () => {
  const { auc, aucError, closureKs, jets } = judged(
    table,
    found((u) => u),
  );
  expect(jets).toBe(JETS);
  expect(Math.abs(auc - 0.5)).toBeLessThan(4 * aucError);
  // Kolmogorov's distance beyond which one of four is by chance once in 500.
  expect(closureKs).toBeLessThan(1.95 / Math.sqrt(JETS));
});

test('the classifier looks at the coordinates, the closure at the ranks, the worst of the four', () => {
  const wrongCoordinate = judged(
    table,
    found((u, k) => (k === 2 ? u ** 2 : u)),
  );
  expect(wrongCoordinate.auc).toBeGreaterThan(0.6);
  expect(wrongCoordinate.closureKs).toBeLessThan(0.1);
  const wrongRank = judged(
    table,
    found((u, k) => (k === 7 ? u ** 2 : u)),
  );
  // Largest of sqrt(u) - u.
  expect(wrongRank.closureKs).toBeCloseTo(0.25, 1);
  expect(Math.abs(wrongRank.auc - 0.5)).toBeLessThan(4 * wrongRank.aucError);
});
