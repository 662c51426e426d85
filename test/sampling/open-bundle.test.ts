import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../src/errors.js';
import type { Condition } from '../../src/sampling/condition.js';
import { openBundle } from '../../src/sampling/open-bundle.js';
import { referenceConditional } from '../reference-conditional.js';
import { referenceSession } from '../reference-detector.js';
import { tinyBundle } from '../tiny-bundle.js';

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

test.each([[[]], [[50, 1, 0.2]], [[50, 1.1, 0.2, 9, 30]]])('%j are refused in words', async (jets) => {
  const { bundle } = await watched();
  expect(() => bundle.condition(Float32Array.from(jets))).toThrow(
    /takes 4 numbers a jet \(pt, eta, phi, mass\); \d are not whole jets$/,
  );
});

test.each<[unknown, number, RegExp]>([
  [[100, 0.5, 1, 12], 0, /jets is Array of 4; give a Float32Array of 4 numbers a jet \(pt, eta, phi, mass\)/],
  [undefined, 0, /jets is undefined/],
  [Float32Array.of(50, 1, Number.NaN, 9), 0, /phi of jet 0 is NaN \(not finite\)/],
  [Float32Array.of(50, 1, 0, 9, -1, 0, 0, 1), 0, /pt of jet 1 is -1 \(pt not above 0\)/],
  [JET, 2 ** 32, /firstJet is 4294967296; with 1 jets give a whole number from 0 to 4294967295/],
  [JET, 1.5, /firstJet is 1.5/],
])('%p from jet %d on: the argument is named, and what it must be', async (jets, firstJet, message) => {
  const { bundle } = await watched();
  expect(() => bundle.condition(jets as Float32Array, firstJet)).toThrow(UsageError);
  expect(() => bundle.condition(jets as Float32Array, firstJet)).toThrow(message);
});

describe('what is asked of a condition is checked before anything is computed', () => {
  test.each<[string, (condition: Condition) => Promise<unknown>, RegExp]>([
    [
      'samples: 1.5',
      (c) => c.sample({ samples: 1.5 }),
      /samples is 1.5; give a whole number from 1 to 1048576/,
    ],
    ['samples: 0', (c) => c.median({ samples: 0 }), /samples is 0/],
    ['samples beyond an array', (c) => c.sample({ samples: 2 ** 21 }), /samples is 2097152/],
    ['a seed below 0', (c) => c.sample({ seed: -1 }), /seed is -1/],
    [
      'cdf of NaN',
      (c) => c.cdf(Float32Array.of(50, 1, 0, Number.NaN)),
      /y: mass of jet 0 is NaN; give finite/,
    ],
    [
      'pit of too few',
      (c) => c.pit(Float32Array.of(50)),
      /y is Float32Array of 1; give a Float32Array of 4 numbers/,
    ],
    ['logDensity of a list', (c) => c.logDensity([50, 1, 0, 9] as never), /y is Array of 4/],
    [
      'tau of 1',
      (c) => c.quantile(Float32Array.of(0.5, 1, 0.5, 0.5)),
      /tau: eta of jet 0 is 1; give numbers in \(0, 1\)/,
    ],
    ['no levels', (c) => c.marginalQuantiles([]), /levels: none/],
    ['a level of 2', (c) => c.marginalQuantiles([0.5, 2]), /levels: \[1\] is 2/],
  ])('%s', async (_, ask, message) => {
    const { bundle, log } = await watched();
    const answer = ask(bundle.condition(JET));
    await expect(answer).rejects.toThrow(UsageError);
    await expect(answer).rejects.toThrow(message);
    expect(log).toEqual([]);
  });
});
