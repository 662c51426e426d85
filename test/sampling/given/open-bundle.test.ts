import { describe, expect, test } from '@jest/globals';
import { openBundle } from '../../../src/sampling/given/open-bundle.js';
import { referenceConditional } from '../../reference-conditional.js';
import { referenceSession } from '../../reference-detector.js';
import { tinyBundle } from '../../tiny-bundle.js';

const JET = Float32Array.of(50, 1.1, 0.2, 9);

/** A bundle whose engines are those of the reference detector, and what happened to them. */
async function watched(failures = 0) {
  const log: string[] = [];
  const opener =
    <Engine extends { close(): Promise<void> }>(name: string, engine: Engine) =>
    async () => {
      log.push(`open ${name}`);
      if (failures-- > 0) throw new Error('no network');
      return { ...engine, close: async () => void log.push(`close ${name}`) };
    };
  const bundle = openBundle(await tinyBundle(), {
    session: opener('session', referenceSession()),
    conditional: opener('conditional', referenceConditional()),
  });
  return { bundle, log };
}

describe('engines of a bundle', () => {
  test('are opened when they are needed, once for all jets', async () => {
    const { bundle, log } = await watched();
    const [one, other] = [bundle.given(JET), bundle.given(JET, 1)];
    expect(log).toEqual([]);
    await Promise.all([one.sample({ samples: 3 }), other.sample({ samples: 3 })]);
    expect(log).toEqual(['open session']);
    await one.quantile(Float32Array.of(0.5, 0.5, 0.5, 0.5));
    await bundle.close();
    expect(log).toEqual(['open session', 'open conditional', 'close session', 'close conditional']);
  });

  test('that could not be opened are tried again', async () => {
    const { bundle, log } = await watched(1);
    await expect(bundle.given(JET).sample()).rejects.toThrow('no network');
    await bundle.given(JET).sample();
    expect(log).toEqual(['open session', 'open session']);
  });

  test('that were not needed need no closing', async () => {
    const { bundle, log } = await watched();
    await bundle.close();
    expect(log).toEqual([]);
  });
});

test.each([[[]], [[50, 1, 0.2]], [[50, 1.1, 0.2, 9, 30]]])('%j are refused in words', async (jets) => {
  const { bundle } = await watched();
  expect(() => bundle.given(Float32Array.from(jets))).toThrow(
    /takes 4 numbers a jet \(pt, eta, phi, mass\); \d are not whole jets$/,
  );
});
