import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/stats/generator.js';
import { BLOCKS, combineBlocks, testBlock } from '../../../src/studies/joint/c2st.js';
import {
  BIN_CHUNK,
  binChunk,
  chunkToBin,
  emptyBins,
  placeBins,
  treeScores,
  treeTest,
} from '../../../src/studies/joint/pit-trees.js';

const JETS = 6000;

/** Features standard normal; `bend` makes the true PITs from uniform numbers. */
function data(seed: number, bend: (u: Float32Array, x: Float32Array) => void = () => {}) {
  const generator = makeGenerator(seed, 50);
  const features = Float32Array.from({ length: 4 * JETS }, generator.normal);
  const pits = Float32Array.from({ length: 4 * JETS }, generator.uniform);
  for (let jet = 0; jet < JETS; jet++) {
    bend(pits.subarray(4 * jet, 4 * jet + 4), features.subarray(4 * jet, 4 * jet + 4));
  }
  return { features, pits };
}

/** AUC on jets that the trees have not seen. */
function heldOutAuc(bend?: (u: Float32Array, x: Float32Array) => void): number {
  const { features, pits } = data(1, bend);
  return treeTest(features, pits, 3).c2st.auc.auc;
}

describe('the trees', () => {
  test('cannot tell uniform from uniform', () => {
    // Standard error 0.0045; four of them.
    expect(Math.abs(heldOutAuc() - 0.5)).toBeLessThan(0.018);
  });

  test('come near the best possible AUC where one component is squared', () => {
    // Density ratio 1 / (2 sqrt u), decreasing: best AUC = P(U² < U') = integral of sqrt = 2/3.
    const found = heldOutAuc((u) => {
      u[1] = u[1] ** 2;
    });
    expect(found).toBeGreaterThan(0.63);
    expect(found).toBeLessThan(0.69);
  });

  test('see a dependence between two components whose margins are uniform', () => {
    const found = heldOutAuc((u) => {
      u[3] = (u[0] + 0.5 * u[3]) % 1;
    });
    expect(found).toBeGreaterThan(0.525);
  });

  test('see a shift that changes sign with x', () => {
    const found = heldOutAuc((u, x) => {
      u[0] = x[0] > 0 ? u[0] ** 1.5 : 1 - (1 - u[0]) ** 1.5;
    });
    expect(found).toBeGreaterThan(0.54);
  });

  test('see a tail that is cut: one jet in fifty lies below everything', () => {
    const { features, pits } = data(4, (u) => {
      u[0] = Math.max(0, (u[0] - 0.02) / 0.98);
    });
    expect(treeTest(features, pits, 3).c2st.pValue).toBeLessThan(1e-3);
  });
});

test('a set is judged as if it were by itself: the others only share its draws', () => {
  const { features, pits } = data(5);
  const others = data(6, (u) => {
    u[0] = u[0] ** 2;
  }).pits;
  const binned = emptyBins(features, 2, 7);
  // The chunks in any order.
  for (let from = Math.floor((JETS - 1) / BIN_CHUNK) * BIN_CHUNK; from >= 0; from -= BIN_CHUNK)
    placeBins(binned, from, binChunk(chunkToBin(binned, features, [pits, others], from, 7)));
  const found = [0, 1].map((set) =>
    combineBlocks(
      Array.from({ length: BLOCKS - 1 }, (_, i) => testBlock(treeScores(binned, set), JETS, i + 1, 7)),
    ),
  );
  expect(found[0]).toEqual(treeTest(features, pits, 7).c2st);
  expect(found[1]).toEqual(treeTest(features, others, 7).c2st);
  expect(found[1]!.pValue).toBeLessThan(1e-6);
});
