import { describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/engines/engine.js';
import { openOrt } from '../../src/engines/ort-node.js';
import type { NetworkSpec } from '../../src/model/network-spec.js';
import { randomJets, randomTau } from '../random-jets.js';
import { type TinyOptions, tinyBundle } from '../tiny-bundle.js';
import { bytes, part } from './engine-contract.js';

const PAPER: NetworkSpec = { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'logit' };
const AMORTISED: NetworkSpec = {
  kind: 'amortised',
  inputs: 4,
  trunk: [64, 64, 64],
  head: [24, 24, 24],
  slope: 0.3,
  tauInput: 'logit',
  centreAndWidth: true,
};

/** Real widths, where matrix kernels are those of real use, and odd ones. */
const NETWORKS: [string, TinyOptions][] = [
  ['paper', { network: PAPER }],
  ['amortised', { network: AMORTISED }],
  ['tiny paper with an extra column', { kind: 'paper', tauInput: 'both', extras: ['rho'] }],
];

const JETS = 11;
const SAMPLES = 1100;

/** Compares bits, so that 0 and -0 differ. */
function expectSameBits(found: Float32Array, expected: Float32Array): void {
  expect(found.length).toBe(expected.length);
  expect(bytes(found).equals(bytes(expected))).toBe(true);
}

describe.each(NETWORKS)('the bits of a prediction, %s', (_, options) => {
  async function withWhole(
    body: (session: Session, jets: Float32Array, whole: Float32Array) => Promise<void>,
  ): Promise<void> {
    const bundle = await tinyBundle(options);
    const session = await openOrt(bundle);
    const jets = randomJets(JETS, bundle.card.inputs.length);
    const whole = new Float32Array(tau.length);
    await session.predict(jets, tau, whole, JETS, SAMPLES);
    expect(whole.every(Number.isFinite)).toBe(true);
    await body(session, jets, whole);
    await session.close();
  }
  const tau = randomTau(JETS, SAMPLES);

  test('do not depend on the number of jets and samples, nor on their place among them and in memory', async () => {
    await withWhole(async (session, jets, whole) => {
      for (const jetCount of [1, 3, 4, 5, 8])
        for (const sampleCount of [1, 15, 16, 17, 63, 100, 1000, 1024, 1040]) {
          const firstJet = (jetCount * 3) % (JETS - jetCount + 1);
          const first = (sampleCount * 7) % (SAMPLES - sampleCount + 1);
          const of = (values: Float32Array) =>
            part(values, SAMPLES, [firstJet, jetCount], [first, sampleCount]);
          const shifted = () => {
            const shift = (jetCount * sampleCount) % 16;
            return new Float32Array(jetCount * 4 * sampleCount + shift).subarray(shift);
          };
          const [own, made] = [shifted(), shifted()];
          own.set(of(tau));
          await session.predict(jets.slice(firstJet * session.inputs), own, made, jetCount, sampleCount);
          expectSameBits(made, of(whole));
        }
    });
  });

  test('do not depend on what else the same jet, or a neighbour, is asked', async () => {
    await withWhole(async (session, jets, whole) => {
      const inputs = session.inputs;
      const strangers = randomJets(4, inputs, 99);
      strangers.set(jets.subarray(6 * inputs, 7 * inputs), 2 * inputs);
      const strangeTau = randomTau(4, 32, 99);
      for (let step = 0; step < 4; step++)
        strangeTau[(2 * 4 + step) * 32 + 21] = tau[(6 * 4 + step) * SAMPLES + 500]!;
      const predictions = new Float32Array(4 * 4 * 32);
      await session.predict(strangers, strangeTau, predictions, 4, 32);
      for (let step = 0; step < 4; step++)
        expect(predictions[(2 * 4 + step) * 32 + 21]).toBe(whole[(6 * 4 + step) * SAMPLES + 500]);
    });
  });

  test('of a conditional quantile do not depend on the number of rows either', async () => {
    const bundle = await tinyBundle(options);
    const conditional = await openOrt(bundle);
    const rows = 4500;
    const { inputs } = conditional;
    const jets = randomJets(rows, inputs);
    const known = randomJets(rows, 3, 5).fill(1, 0, 12);
    const step = Uint8Array.from({ length: rows }, (_, row) => row % 4);
    const rowTau = randomTau(rows, 1).subarray(0, rows);
    const whole = await conditional.quantile(jets, known, step, rowTau);
    for (const [first, count] of [
      [0, 1],
      [7, 2],
      [4090, 17],
      [1000, 333],
      [404, 4096],
    ] as const) {
      const part = await conditional.quantile(
        jets.slice(first * inputs, (first + count) * inputs),
        known.slice(first * 3, (first + count) * 3),
        step.slice(first, first + count),
        rowTau.slice(first, first + count),
      );
      expectSameBits(part.value, whole.value.slice(first, first + count));
      expectSameBits(part.slope, whole.slope.slice(first, first + count));
    }
    await conditional.close();
  });
});

describe('a session', () => {
  test('leaves the arithmetic of its thread as it was', async () => {
    const session = await openOrt(await tinyBundle());
    await session.predict(randomJets(4), randomTau(4, 16), new Float32Array(4 * 4 * 16), 4, 16);
    const [least, half] = Float64Array.of(Number.MIN_VALUE, 0.5);
    expect(least! * 3 * half!).toBeGreaterThan(0);
    await session.close();
  });

  test('keeps what is no number to the prediction that it came from', async () => {
    for (const kind of ['paper', 'amortised'] as const) {
      const session = await openOrt(await tinyBundle({ kind }));
      const [jets, tau] = [randomJets(8), randomTau(8, 32)];
      const expected = new Float32Array(tau.length);
      await session.predict(jets, tau, expected, 8, 32);
      jets[2 * 4] = Number.NaN;
      tau[(5 * 4 + 1) * 32 + 7] = 1;
      const found = new Float32Array(tau.length);
      await session.predict(jets, tau, found, 8, 32);
      for (let at = 0; at < found.length; at++) {
        const [jet, step, sample] = [at >> 7, (at >> 5) & 3, at & 31];
        const touched = jet === 2 || (jet === 5 && step >= 1 && sample === 7);
        if (!touched) expect(found[at]).toBe(expected[at]);
        else expect(Number.isFinite(found[at]) && step < 2).toBe(false);
      }
      await session.close();
    }
  });

  test('does calls that overlap one after the other, and takes memory that threads share', async () => {
    const session = await openOrt(await tinyBundle());
    const jets = randomJets(8);
    const tau = randomTau(8, 20);
    const alone = [0, 1].map(() => new Float32Array(4 * 4 * 20));
    const together = [0, 1].map(() => new Float32Array(new SharedArrayBuffer(4 * 4 * 4 * 20)));
    const call = (into: Float32Array, part: number) =>
      session.predict(jets.subarray(part * 16), tau.subarray(part * 320), into, 4, 20);
    for (const part of [0, 1]) await call(alone[part]!, part);
    await Promise.all([0, 1].map((part) => call(together[part]!, part)));
    for (const part of [0, 1]) expectSameBits(together[part]!, alone[part]!);
    await session.close();
  });

  test('makes nothing of no jets and of no samples, and says which array is too short', async () => {
    const session = await openOrt(await tinyBundle());
    const none = new Float32Array();
    await session.predict(none, none, none, 0, 5);
    await session.predict(randomJets(2), none, none, 2, 0);
    const call = session.predict(randomJets(2), new Float32Array(7), new Float32Array(8), 2, 1);
    await expect(call).rejects.toThrow('tau has 7 values, 8 are needed');
    await session.close();
  });

  test('keeps phi in (-pi, pi] and mass at or above zero for jets at the seam and without mass', async () => {
    const phi: number[] = [];
    const mass: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const session = await openOrt(await tinyBundle({ seed }));
      const predictions = new Float32Array(4 * 4 * 512);
      await session.predict(randomJets(4), randomTau(4, 512), predictions, 4, 512);
      for (let jet = 0; jet < 4; jet++) {
        phi.push(...predictions.subarray((jet * 4 + 2) * 512, (jet * 4 + 3) * 512));
        mass.push(...predictions.subarray((jet * 4 + 3) * 512, (jet * 4 + 4) * 512));
      }
      await session.close();
    }
    expect(Math.max(...phi)).toBeLessThanOrEqual(Math.PI);
    expect(Math.max(...phi)).toBeGreaterThan(3.14);
    expect(Math.min(...phi)).toBeGreaterThan(-Math.PI);
    expect(Math.min(...phi)).toBeLessThan(-3.14);
    expect(Math.min(...mass)).toBe(0);
  });
});
