import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openOrt } from '../../src/engines/ort-node.js';
import { deltaPhi } from '../../src/jets/phi.js';
import { type Condition, conditionOf } from '../../src/sampling/condition.js';
import { type OpenBundle, openBundle } from '../../src/sampling/open-bundle.js';
import { fillTau } from '../../src/stats/tau.js';
import { referenceConditional } from '../reference-conditional.js';
import { exactQuantile, referenceSession } from '../reference-detector.js';
import { tinyBundle } from '../tiny-bundle.js';

// The second jet lies on the seam of phi.
const JETS = Float32Array.of(50, 1.1, 0.2, 9, 30, -2, Math.PI, 8);

describe('the reference detector', () => {
  const reference = conditionOf(referenceSession(), referenceConditional(), JETS, 5);

  test('samples are those of the jets at their place in the table', async () => {
    const samples = await reference.sample({ samples: 7, seed: 3 });
    const tau = new Float32Array(2 * 4 * 7);
    fillTau(tau, 3, 5, 2, 0, 7);
    const expected = new Float32Array(tau.length);
    await referenceSession().predict(JETS, tau, expected, 2, 7);
    expect(samples).toEqual(expected);
  });

  test('quantiles of pt are exact, and the median of phi is on the right side of the seam', async () => {
    const quantiles = await reference.marginalQuantiles([0.16, 0.84], { samples: 400 });
    for (const jet of [0, 1]) {
      const x = JETS.subarray(4 * jet, 4 * jet + 4);
      expect(quantiles[8 * jet] / exactQuantile(0, x, [], Math.fround(0.16))).toBeCloseTo(1, 6);
      expect(quantiles[8 * jet + 1] / exactQuantile(0, x, [], Math.fround(0.84))).toBeCloseTo(1, 6);
    }
    const median = await reference.median({ samples: 4000 });
    // Widths of phi are 0.02 and 0.03: the error of a median of 4000 is 1.25 of them over 63.
    expect(Math.abs(deltaPhi(median[2], 0.2))).toBeLessThan(0.003);
    expect(Math.abs(deltaPhi(median[6], Math.PI))).toBeLessThan(0.004);
  });

  test('pit and logDensity are the parts of cdf', async () => {
    const y = Float32Array.of(48, 1.12, 0.21, 9, 28, -2, -3.13, 8);
    const both = await reference.cdf(y);
    expect(await reference.pit(y)).toEqual(both.tau);
    expect(await reference.logDensity(y)).toEqual(both.logDensity);
  });
});

// Networks with random weights: nothing makes their quantiles increase.
describe.each([1, 2, 3])('a network with random weights, seed %d', (seed) => {
  const SAMPLES = 20_000;
  let bundle: OpenBundle;
  let network: Condition;
  let samples: Float32Array;
  beforeAll(async () => {
    bundle = openBundle(await tinyBundle({ seed }), openOrt);
    network = bundle.condition(JETS);
    samples = await network.sample({ samples: SAMPLES });
  });
  afterAll(() => bundle.close());

  test('the CDF of pt is that of its samples, whether quantiles cross or not', async () => {
    for (const place of [0.02, 0.3, 0.5, 0.9]) {
      const y = Float32Array.from({ length: 8 }, (_, i) => {
        const own = samples.slice(i * SAMPLES, (i + 1) * SAMPLES).sort();
        return own[Math.floor(place * SAMPLES)];
      });
      const { tau } = await network.cdf(y);
      for (const jet of [0, 1]) {
        const own = samples.subarray(4 * jet * SAMPLES, (4 * jet + 1) * SAMPLES);
        const share = own.filter((value) => value <= y[4 * jet]).length / SAMPLES;
        // Five binomial errors, and the fine grid's half interval.
        const error = 5 * Math.sqrt((share * (1 - share)) / SAMPLES) + 0.5 / 1024;
        expect(Math.abs(tau[4 * jet] - share)).toBeLessThan(error);
      }
    }
  });

  test('cdf(quantile(tau)) = tau for pt, where quantiles do not cross', async () => {
    const tau = Float32Array.of(0.3, 0.5, 0.5, 0.5, 0.7, 0.5, 0.5, 0.5);
    const y = await network.quantile(tau);
    const { tau: back, counts } = await network.cdf(y);
    if (counts.pt.crossed === 0) {
      expect(back[0]).toBeCloseTo(0.3, 4);
      expect(back[4]).toBeCloseTo(0.7, 4);
    } else expect(counts.pt.crossed).toBeLessThanOrEqual(2);
  });
});
