import { describe, expect, test } from '@jest/globals';
import { makeGenerator } from '../../../src/random/generator.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { uniformPits } from '../../../src/studies/joint/classifier.js';
import { jetFeatures } from '../../../src/studies/joint/jet-features.js';
import { rosenblatt } from '../../../src/studies/joint/rosenblatt.js';
import { jointInput } from './joint-input.js';

describe('uniform PITs', () => {
  const { jets } = jointInput(150, 1, 1);
  const features = jetFeatures(jets);
  const results = Array.from({ length: 200 }, (_, i) => {
    const {
      variables,
      smooth,
      pairs,
      jets: withJets,
    } = rosenblatt(uniformPits(150, makeGenerator(i, 70)), features);
    return [variables.pt.pValue, variables.mass.pValue, smooth.pValue, pairs.pValue, withJets.pValue];
  });
  test.each([0, 1, 2, 3, 4])('p-values of kind %d are uniform (false alarm 1 in 1000)', (kind) => {
    const pValues = results.map((row) => row[kind]);
    expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
  });
});

test('the exact PIT of the reference detector passes', () => {
  const { jets, pits } = jointInput(5000, 1, 4);
  const { variables, smooth } = rosenblatt(pits, jetFeatures(jets));
  for (const { pValue, ks, difference } of Object.values(variables)) {
    expect(pValue).toBeGreaterThan(0.001);
    expect(ks).toBeLessThan(0.03);
    expect(difference).toHaveLength(99);
  }
  expect(smooth.degreesOfFreedom).toBe(98);
  expect(smooth.pValue).toBeGreaterThan(0.001);
});

describe('finds and names', () => {
  const count = 4000;
  const { jets } = jointInput(count, 1, 1);
  const features = jetFeatures(jets);
  const bent = (bend: (u: Float32Array, x: Float32Array) => void) => {
    const pits = uniformPits(count, makeGenerator(7, 70));
    for (let jet = 0; jet < count; jet++) {
      bend(pits.subarray(4 * jet, 4 * jet + 4), jets.subarray(4 * jet, 4 * jet + 4));
    }
    return rosenblatt(pits, features);
  };

  test('a shift of phi', () => {
    const { variables, smooth } = bent((u) => {
      u[2] **= 1.2;
    });
    expect(variables.phi.pValue).toBeLessThan(1e-6);
    expect(variables.pt.pValue).toBeGreaterThan(0.001);
    expect(smooth.largest.of).toBe('phi shift × all jets');
  });

  test('components that depend on each other, each uniform', () => {
    const { variables, pairs } = bent((u) => {
      if (u[3] < 0.3) u[3] = (u[3] + u[0]) % 1;
    });
    expect(variables.pt.pValue).toBeGreaterThan(0.001);
    expect(pairs.pValue).toBeLessThan(1e-6);
    expect(pairs.largest.of).toBe('pt–mass correlation × all jets');
  });

  test('a shift that changes sign with eta', () => {
    const { variables, jets: withJets } = bent((u, x) => {
      // Densities 1 + (u - 1/2)/2 and 1 - (u - 1/2)/2: together uniform.
      const bent = 2 * (Math.sqrt(0.5625 + u[1]) - 0.75);
      u[1] = x[1] > 0 ? bent : 1 - bent;
    });
    expect(variables.eta.pValue).toBeGreaterThan(0.001);
    expect(withJets.pValue).toBeLessThan(1e-5);
    expect(withJets.largest.of).toBe('eta shift × eta');
  });

  test('values beyond what the model can give, counted', () => {
    const { variables } = bent((u) => {
      if (u[0] < 0.01) u[0] = 0;
      else if (u[0] > 0.999) u[0] = 1;
    });
    expect(variables.pt.below).toBeGreaterThan(20);
    expect(variables.pt.above).toBeGreaterThan(0);
  });
});

test('a constant column of jets is left out', () => {
  const count = 200;
  const features = jetFeatures(new Float32Array(4 * count).fill(1));
  const { smooth, jets } = rosenblatt(uniformPits(count, makeGenerator(1, 71)), features);
  expect(smooth.degreesOfFreedom).toBe(14);
  expect(jets).toMatchObject({ degreesOfFreedom: 0, pValue: 1 });
});
