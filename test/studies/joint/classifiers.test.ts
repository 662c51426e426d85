import { describe, expect, test } from '@jest/globals';
import { auc } from '../../../src/stats/auc.js';
import { makeGenerator } from '../../../src/stats/generator.js';
import { type PitClassifier, uniformPits } from '../../../src/studies/joint/classifier.js';
import { networkClassifier } from '../../../src/studies/joint/classifier-network.js';
import { treeClassifier } from '../../../src/studies/joint/classifier-trees.js';

const CLASSIFIERS = [treeClassifier(), networkClassifier()];
const JETS = 3000;

/** Features standard normal; `bend` makes the PIT of class 1 from uniform numbers. */
function data(seed: number, bend: (u: Float32Array, x: Float32Array) => void) {
  const generator = makeGenerator(seed, 50);
  const features = Float32Array.from({ length: 4 * JETS }, generator.normal);
  const pits = uniformPits(JETS, generator);
  for (let jet = 0; jet < JETS; jet++) {
    bend(pits.subarray(4 * jet, 4 * jet + 4), features.subarray(4 * jet, 4 * jet + 4));
  }
  return { features, pits };
}

/** AUC on jets that the classifier has not seen. */
function heldOutAuc(classifier: PitClassifier, bend: (u: Float32Array, x: Float32Array) => void): number {
  const train = data(1, bend);
  const held = data(2, bend);
  const score = classifier.train(train.features, train.pits, makeGenerator(3, 50));
  const [positives, negatives] = [new Float32Array(JETS), new Float32Array(JETS)];
  score(held.features, held.pits, positives);
  score(held.features, uniformPits(JETS, makeGenerator(4, 50)), negatives);
  return auc(positives, negatives).auc;
}

describe.each(CLASSIFIERS.map((classifier) => [classifier.name, classifier] as const))(
  '%s',
  (_, classifier) => {
    test('cannot tell uniform from uniform', () => {
      // Standard error 0.0075; four of them.
      expect(Math.abs(heldOutAuc(classifier, () => {}) - 0.5)).toBeLessThan(0.03);
    });

    test('comes near the best possible AUC where one component is squared', () => {
      // Density ratio 1 / (2 sqrt u), decreasing: best AUC = P(U² < U') = integral of sqrt = 2/3.
      const found = heldOutAuc(classifier, (u) => {
        u[1] = u[1] ** 2;
      });
      expect(found).toBeGreaterThan(0.63);
      expect(found).toBeLessThan(0.69);
    });

    test('sees a dependence between two components whose margins are uniform', () => {
      const found = heldOutAuc(classifier, (u) => {
        u[3] = (u[0] + 0.5 * u[3]) % 1;
      });
      expect(found).toBeGreaterThan(0.525);
    });

    test('sees a shift that changes sign with x', () => {
      const found = heldOutAuc(classifier, (u, x) => {
        u[0] = x[0] > 0 ? u[0] ** 1.5 : 1 - (1 - u[0]) ** 1.5;
      });
      expect(found).toBeGreaterThan(0.54);
    });

    test('gives the same scores for the same seed', () => {
      const { features, pits } = data(5, () => {});
      const scores = [0, 1].map(() => {
        const values = new Float32Array(JETS);
        classifier.train(features, pits, makeGenerator(6, 50))(features, pits, values);
        return values;
      });
      expect(scores[0]).toEqual(scores[1]);
    });
  },
);
