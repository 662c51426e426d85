import { describe, expect, test } from '@jest/globals';
import { chiSquaredTail } from '../../../src/stats/chi-squared.js';
import { makeGenerator } from '../../../src/stats/generator.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { differenceBand, ecdfDifference } from '../../../src/studies/closure.js';
import { jetFeatures } from '../../../src/studies/joint/jet-features.js';
import { rosenblatt } from '../../../src/studies/joint/rosenblatt.js';
import { pitEffect } from '../../../src/studies/pit-effect.js';
import { jointInput } from './joint-input.js';

const uniformPits = (count: number, seed: number, use: number) =>
  Float32Array.from({ length: 4 * count }, makeGenerator(seed, use).uniform);

describe('uniform PITs', () => {
  const { jets } = jointInput(150, 1, 1);
  const features = jetFeatures(jets);
  const results = Array.from({ length: 200 }, (_, i) => {
    const { variables, smooth, pairs, jets: withJets } = rosenblatt(uniformPits(150, i, 70), features);
    return [variables.pt.pValue, variables.mass.pValue, smooth.pValue, pairs.pValue, withJets.pValue];
  });
  test.each([0, 1, 2, 3, 4])('p-values of kind %d are uniform (false alarm 1 in 1000)', (kind) => {
    const pValues = results.map((row) => row[kind]);
    expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
  });
});

describe('finds and names', () => {
  const count = 4000;
  const { jets } = jointInput(count, 1, 1);
  const features = jetFeatures(jets);
  const bent = (bend: (u: Float32Array, x: Float32Array) => void) => {
    const pits = uniformPits(count, 7, 70);
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
});

test('a constant column of jets is left out', () => {
  const count = 200;
  const features = jetFeatures(new Float32Array(4 * count).fill(1));
  const { smooth, jets } = rosenblatt(uniformPits(count, 1, 71), features);
  expect(smooth.degreesOfFreedom).toBe(14);
  expect(jets).toMatchObject({ degreesOfFreedom: 0, pValue: 1 });
});

const PIT_NAMES = [
  ...['pt', 'eta', 'phi', 'mass'].flatMap((name) => [`${name} shift`, `${name} width`]),
  ...['pt–eta', 'pt–phi', 'pt–mass', 'eta–phi', 'eta–mass', 'phi–mass'].map((pair) => `${pair} correlation`),
];
const JET_NAMES = ['all jets', 'pt', 'eta', 'phi', 'mass', '|eta|', 'pt, middle against ends'];

describe('jets on a grid, whose functions h are orthogonal as they are', () => {
  // Four values of pt and eta, two of phi and mass, each with each; ranks are -3/8, -1/8, 1/8, 3/8 and ∓1/4.
  const count = 64;
  const digits = Array.from(
    { length: count },
    (_, i) => [i % 4, (i >> 2) % 4, (i >> 4) % 2, i >> 5] as const,
  );
  const features = Float32Array.from(
    digits.flatMap(([pt, eta, phi, mass]) => [2 ** pt, 2 * eta - 3, phi, mass]),
  );
  const pits = uniformPits(count, 3, 72);
  const h = digits.map(([pt, eta, phi, mass]) => {
    const sign = (second: number) => 2 * second - 1;
    // Mean squares of -3, -1, 1, 3: 5; of pt² minus its mean, 9 - 5 and 1 - 5: 16.
    return [
      1,
      (2 * pt - 3) / Math.sqrt(5),
      (2 * eta - 3) / Math.sqrt(5),
      sign(phi),
      sign(mass),
      Math.abs(2 * eta - 3) === 3 ? 1 : -1,
      ((2 * pt - 3) ** 2 - 5) / 4,
    ];
  });
  const scores = PIT_NAMES.map((_, g) =>
    JET_NAMES.map((__, of) => {
      const sums = h.map((functions, jet) => {
        const u = [...pits.subarray(4 * jet, 4 * jet + 4)];
        const shifts = u.map((value) => Math.sqrt(12) * (value - 0.5));
        const widths = u.map((value) => Math.sqrt(5) * (6 * value * value - 6 * value + 1));
        const pairs = [0, 1, 2].flatMap((a) => shifts.slice(a + 1).map((value) => value * shifts[a]!));
        return [...[0, 1, 2, 3].flatMap((k) => [shifts[k]!, widths[k]!]), ...pairs][g]! * functions[of]!;
      });
      return sums.reduce((sum, value) => sum + value) / Math.sqrt(count);
    }),
  );
  const found = rosenblatt(pits, features);

  test('the scores and their names', () => {
    expect(found.smooth.of).toEqual({ pit: PIT_NAMES, jet: JET_NAMES });
    for (const [g, row] of scores.entries())
      for (const [of, s] of row.entries()) expect(found.smooth.scores[g]![of]).toBeCloseTo(s, 9);
  });

  test.each([
    ['smooth', 98, () => true],
    ['pairs', 6, (g: number, of: number) => g >= 8 && of === 0],
    ['jets', 48, (g: number, of: number) => g < 8 && of > 0],
  ] as const)('%s: the sum of %i squares, its tail and the largest', (kind, degrees, belongs) => {
    const own = scores.flatMap((row, g) =>
      row.flatMap((s, of) => (belongs(g, of) ? [{ s, of: `${PIT_NAMES[g]} × ${JET_NAMES[of]}` }] : [])),
    );
    expect(own).toHaveLength(degrees);
    const chiSquared = own.reduce((sum, { s }) => sum + s * s, 0);
    const largest = own.sort((a, b) => Math.abs(b.s) - Math.abs(a.s))[0]!;
    expect(found[kind].chiSquared).toBeCloseTo(chiSquared, 8);
    expect(found[kind].degreesOfFreedom).toBe(degrees);
    expect(found[kind].pValue).toBeCloseTo(chiSquaredTail(chiSquared, degrees), 9);
    expect(found[kind].largest.of).toBe(largest.of);
    expect(found[kind].largest.s).toBeCloseTo(largest.s, 9);
  });

  test('each component by itself', () => {
    const some = pits.slice();
    some[2] = some[6] = 0;
    some[10] = 1;
    const { variables, band } = rosenblatt(some, features);
    const phi = Array.from({ length: count }, (_, jet) => some[4 * jet + 2]!);
    expect(variables.phi).toEqual({
      ...ecdfDifference(phi),
      ks: ksDistance(phi),
      ksPValue: ksPValue(ksDistance(phi), count),
      effect: pitEffect('phi', phi, 'given the jet, pt and eta'),
      below: 2,
      above: 1,
    });
    expect(band).toEqual(differenceBand(count));
  });
});

test('of jets whose columns go together, h is what Gram and Schmidt make of ranks, ties counting half', () => {
  const count = 40;
  const draw = makeGenerator(8, 72);
  const features = Float32Array.from({ length: 4 * count }, () => Math.round(3 * draw.normal()));
  for (let jet = 0; jet < count; jet++) features[4 * jet + 3] = features[4 * jet + 3]! + features[4 * jet]!;
  // With one u_0 at 1 and everything else at 1/2, where g_1 is 0: s(g_1, h) = sqrt(3 / N) h of that jet.
  const h = Array.from({ length: count }, (_, jet) => {
    const pits = new Float32Array(4 * count).fill(0.5);
    pits[4 * jet] = 1;
    return rosenblatt(pits, features).smooth.scores[0]!.map((s) => s! / Math.sqrt(3 / count));
  });
  const column = (of: (at: number) => number) => {
    const values = Array.from({ length: count }, (_, jet) => of(4 * jet));
    return values.map(
      (value) =>
        (values.filter((other) => other < value).length +
          values.filter((other) => other === value).length / 2) /
          count -
        0.5,
    );
  };
  const pt = column((at) => features[at]!);
  const columns = [
    pt.map(() => 1),
    pt,
    ...[1, 2, 3].map((k) => column((at) => features[at + k]!)),
    column((at) => Math.abs(features[at + 1]!)),
    pt.map((rank) => rank ** 2),
  ];
  const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / count;
  const functions = JET_NAMES.map((_, of) => h.map((row) => row[of]!));
  for (const [k, own] of functions.entries()) {
    for (const [j, other] of functions.entries()) expect(product(own, other)).toBeCloseTo(k === j ? 1 : 0, 6);
    // Column k is made up of the first k functions, and of its own with a positive share.
    const shares = functions.map((each) => product(columns[k]!, each));
    expect(shares[k]).toBeGreaterThan(0);
    for (const [jet, value] of columns[k]!.entries()) {
      const sum = functions.slice(0, k + 1).reduce((total, each, j) => total + shares[j]! * each[jet]!, 0);
      expect(sum).toBeCloseTo(value, 6);
    }
  }
});
