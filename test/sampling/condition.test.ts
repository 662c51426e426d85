import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openOrt } from '../../src/engines/ort-node.js';
import { UsageError } from '../../src/errors.js';
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

const JET = Float32Array.of(50, 1.1, 0.2, 9);

/** A bundle whose engine is the reference detector, and what happened to it. */
async function watched(failures = 0) {
  const log: string[] = [];
  const engine = { ...referenceSession(), ...referenceConditional() };
  const bundle = openBundle(await tinyBundle(), async () => {
    log.push('open');
    if (failures-- > 0) throw new Error('no network');
    return { ...engine, close: async () => void log.push('close') };
  });
  return { bundle, log };
}

describe('the engine of a bundle', () => {
  test('is opened when it is needed, once for all jets, and closed', async () => {
    const { bundle, log } = await watched();
    const [one, other] = [bundle.condition(JET), bundle.condition(JET, 1)];
    expect(log).toEqual([]);
    await Promise.all([one.sample({ samples: 3 }), other.sample({ samples: 3 })]);
    await one.quantile(Float32Array.of(0.5, 0.5, 0.5, 0.5));
    expect(log).toEqual(['open']);
    for (let time = 0; time < 2; time++) await bundle.close();
    expect(log).toEqual(['open', 'close']);
  });

  test('that could not be opened is tried again', async () => {
    const { bundle, log } = await watched(1);
    await expect(bundle.condition(JET).sample()).rejects.toThrow('no network');
    await bundle.condition(JET).sample();
    expect(log).toEqual(['open', 'open']);
  });
});

test.each<[unknown, number, RegExp]>([
  [[100, 0.5, 1, 12], 0, /jets is Array of 4; give a Float32Array of 4 numbers a jet \(pt, eta, phi, mass\)/],
  [undefined, 0, /jets is undefined/],
  [new Float32Array(), 0, /takes 4 numbers a jet \(pt, eta, phi, mass\); 0 are not whole jets$/],
  [Float32Array.of(50, 1.1, 0.2, 9, 30), 0, /; 5 are not whole jets$/],
  [Float32Array.of(50, 1, Number.NaN, 9), 0, /phi of jet 0 is NaN \(not finite\)/],
  [Float32Array.of(50, 1, 0, 9, -1, 0, 0, 1), 0, /pt of jet 1 is -1 \(pt not above 0\)/],
  [JET, 2 ** 32, /keys is 4294967296; with 1 jets give the first one's row, 0 to 4294967295, or eventKeys/],
  [JET, 1.5, /keys is 1.5/],
])('%p from jet %d on: the argument is named, and what it must be', async (jets, firstJet, message) => {
  const { bundle } = await watched();
  expect(() => bundle.condition(jets as Float32Array, firstJet)).toThrow(UsageError);
  expect(() => bundle.condition(jets as Float32Array, firstJet)).toThrow(message);
});

test.each<[string, (condition: Condition) => Promise<unknown>, RegExp]>([
  [
    'samples: 1.5',
    (c) => c.sample({ samples: 1.5 }),
    /samples is 1.5; give a whole number from 1 to 1048576/,
  ],
  ['samples: 0', (c) => c.median({ samples: 0 }), /samples is 0/],
  ['a seed below 0', (c) => c.sample({ seed: -1 }), /seed is -1/],
  ['cdf of NaN', (c) => c.cdf(JET.with(3, Number.NaN)), /y: mass of jet 0 is NaN; give finite/],
  ['pit of too few', (c) => c.pit(Float32Array.of(50)), /y is Float32Array of 1; give a Float32Array of 4/],
  ['logDensity of a list', (c) => c.logDensity([50, 1, 0, 9] as never), /y is Array of 4/],
  [
    'tau of 1',
    (c) => c.quantile(JET.with(1, 1).fill(0.5, 0, 1)),
    /tau: eta of jet 0 is 1; give .* in \(0, 1\)/,
  ],
  ['no levels', (c) => c.marginalQuantiles([]), /levels: none/],
  ['a level of 2', (c) => c.marginalQuantiles([0.5, 2]), /levels: \[1\] is 2/],
])('%s is refused before anything is computed', async (_, ask, message) => {
  const { bundle, log } = await watched();
  const answer = ask(bundle.condition(JET));
  await expect(answer).rejects.toThrow(UsageError);
  await expect(answer).rejects.toThrow(message);
  expect(log).toEqual([]);
});

test('as many samples of one jet as there may be are no fault of the jets beside it', async () => {
  const { bundle } = await watched();
  const jets = Float32Array.from({ length: 4 * 600 }, (_, i) => JET[i % 4]);
  await expect(bundle.condition(jets).sample({ samples: 2 ** 20 })).rejects.toThrow(
    /do not fit into one array/,
  );
});
