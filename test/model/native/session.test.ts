import { describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../../src/model/native/addon.js';
import { createNativeSession, type NativeOptions } from '../../../src/model/native/session.js';
import type { NetworkSpec } from '../../../src/model/network-spec.js';
import { createSession } from '../../../src/model/session-node.js';
import { naivePrediction } from '../../naive-network.js';
import { EDGE_JETS, randomJets, randomTau } from '../../random-jets.js';
import { type TinyOptions, tinyBundle, tinyNetwork } from '../../tiny-bundle.js';

const found = loadAddon();
const levels = 'addon' in found ? found.addon.levels() : [];

function amortised(head: number[], tauInput: 'affine' | 'logit' | 'both' = 'logit'): TinyOptions {
  return {
    network: {
      kind: 'amortised',
      inputs: 4,
      trunk: [19, 33],
      head,
      slope: 0.3,
      tauInput,
      centreAndWidth: true,
    },
  };
}
const PAPER: NetworkSpec = { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'affine' };

/** Both networks, every way of tau, the floor, harmonics; widths beside those of tiles, one layer, the widest. */
const NETWORKS: [string, TinyOptions][] = [
  ['paper', { network: PAPER }],
  ['paper with an extra column', { kind: 'paper', tauInput: 'both', extras: ['rho'] }],
  ['amortised, 24 wide', amortised([24, 24, 24], 'both')],
  ['amortised, floor and harmonics', { floor: 20, cells: 72, tauInput: 'both' }],
  ['amortised, shifted', { centreAndWidth: false, tauInput: 'affine' }],
  ['one layer', amortised([9])],
  ['odd widths', amortised([1, 7, 2, 13, 5, 3, 11, 6])],
  ['the widest', amortised([64, 64])],
];

async function predicted(
  options: TinyOptions,
  jets: Float32Array,
  tau: Float32Array,
  [jetCount, sampleCount]: [number, number],
  native: NativeOptions = {},
): Promise<Float32Array> {
  const session = createNativeSession('tiny', tinyNetwork(options), native);
  const predictions = new Float32Array(jetCount * 4 * sampleCount).fill(-7);
  await session.predict(jets, tau, predictions, jetCount, sampleCount);
  await session.close();
  return predictions;
}

function bytes(values: Float32Array): Buffer {
  return Buffer.from(values.slice().buffer);
}

if (levels.length === 0) {
  test('without the addon a session is refused and says why', () => {
    expect(() => createNativeSession('tiny', tinyNetwork())).toThrow(/tiny: the native engine is absent: ./);
  });
} else {
  describe.each(NETWORKS)('%s', (_, options) => {
    const columns = tinyNetwork(options).inputs.length;

    test('is as near to the formulas in double precision as ONNX Runtime is', async () => {
      const [jetCount, sampleCount] = [9, 40];
      const trained = tinyNetwork(options);
      const jets = randomJets(jetCount, columns);
      const tau = randomTau(jetCount, sampleCount);
      const native = await predicted(options, jets, tau, [jetCount, sampleCount]);
      const ort = new Float32Array(native.length);
      const session = await createSession(await tinyBundle(options));
      await session.predict(jets, tau, ort, jetCount, sampleCount);
      await session.close();
      // In float32 roundings of the value (pt, mass + 0.7) or of the range of an angle.
      const worst = { native: [0, 0, 0, 0], ort: [0, 0, 0, 0] };
      for (let jet = 0; jet < jetCount; jet++) {
        for (let sample = 0; sample < sampleCount; sample++) {
          const at = (step: number) => (jet * 4 + step) * sampleCount + sample;
          const { physical } = naivePrediction(
            trained,
            [...jets.subarray(jet * columns, (jet + 1) * columns)],
            [0, 1, 2, 3].map((step) => tau[at(step)]!),
          );
          physical.forEach((exact, step) => {
            const scale = 2 ** -24 * [Math.abs(exact), 4, 4, Math.abs(exact) + 0.7][step]!;
            const off = (value: number) => {
              const d = Math.abs(value - exact);
              return (step === 2 ? Math.min(d, 2 * Math.PI - d) : d) / scale;
            };
            worst.native[step] = Math.max(worst.native[step]!, off(native[at(step)]!));
            worst.ort[step] = Math.max(worst.ort[step]!, off(ort[at(step)]!));
          });
        }
      }
      // Two programs that round at different places: their worst of 360 differ by chance, not by a factor of 2.
      worst.native.forEach((roundings, step) => {
        expect(roundings).toBeLessThan(2 * worst.ort[step]! + 4);
      });
    });

    test.each([1, 7, 1000, 1001])('has the same bits on every level, %d samples', async (sampleCount) => {
      const jetCount = sampleCount < 100 ? 5 : 1;
      const jets = randomJets(5, columns).subarray(0, jetCount * columns);
      const tau = randomTau(jetCount, sampleCount);
      const best = await predicted(options, jets, tau, [jetCount, sampleCount]);
      expect(best.every((value) => Number.isFinite(value))).toBe(true);
      for (const level of levels) {
        const other = await predicted(options, jets, tau, [jetCount, sampleCount], { level });
        expect(bytes(other).equals(bytes(best))).toBe(true);
      }
    });
  });

  describe('one prediction depends on its own jet and tau alone', () => {
    const options = amortised([24, 24, 24]);
    const [jetCount, sampleCount] = [6, 100];
    const jets = randomJets(jetCount);
    const tau = randomTau(jetCount, sampleCount);

    test.each([
      [2, 3, 10, 31],
      [0, 1, 99, 1],
      [5, 1, 0, 100],
    ])('jets from %d, %d of them, samples from %d, %d of them', async (firstJet, count, first, width) => {
      const whole = await predicted(options, jets, tau, [jetCount, sampleCount]);
      const part = new Float32Array(count * 4 * width);
      const expected = new Float32Array(part.length);
      for (let row = 0; row < count * 4; row++) {
        const from = (firstJet * 4 + row) * sampleCount + first;
        part.set(tau.subarray(from, from + width), row * width);
        expected.set(whole.subarray(from, from + width), row * width);
      }
      const alone = await predicted(options, jets.slice(firstJet * 4), part, [count, width]);
      expect(bytes(alone).equals(bytes(expected))).toBe(true);
    });
  });

  test('no samples and no jets write nothing', async () => {
    const options = amortised([24, 24, 24]);
    for (const shape of [
      [3, 0],
      [0, 5],
    ] as [number, number][]) {
      const session = createNativeSession('tiny', tinyNetwork(options));
      const predictions = new Float32Array(8).fill(-7);
      await session.predict(randomJets(3), new Float32Array(0), predictions, ...shape);
      expect(predictions.every((value) => value === -7)).toBe(true);
    }
  });

  test('jets that no detector records are predicted or NaN, as ONNX Runtime has it', async () => {
    const trained = tinyNetwork();
    const strange = [
      [1e-30, 0, 0, 0],
      [1e30, 50, 3, 1e30],
      [0, 0, 0, 1],
      [-5, 0, 0, 1],
      [50, 0, 0, -1],
      [Number.NaN, 0, 0, 1],
      [50, Number.POSITIVE_INFINITY, 0, 1],
      [50, 0, 1e9, 1],
    ];
    const jets = Float32Array.from(strange.flat());
    const tau = randomTau(strange.length, 16);
    const native = await predicted({}, jets, tau, [strange.length, 16]);
    const ort = new Float32Array(native.length);
    const session = await createSession(await tinyBundle());
    await session.predict(jets, tau, ort, strange.length, 16);
    expect(trained.inputs.length).toBe(4);
    const kind = (value: number) => (Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? 'finite' : value);
    expect([...native].map(kind)).toEqual([...ort].map(kind));
  });

  test('a tau outside (0, 1) gives NaN', async () => {
    const tau = new Float32Array(4 * 6).fill(0.5);
    [0, 1, -0.1, 1.5, Number.NaN].forEach((value, sample) => {
      tau[sample] = value;
    });
    const [pt] = [await predicted({}, Float32Array.from(EDGE_JETS[0]), tau, [1, 6])];
    expect([...pt!.subarray(0, 6)].map(Number.isNaN)).toEqual([true, true, true, true, true, false]);
  });

  test('memory that threads share is copied, not refused', async () => {
    const session = createNativeSession('tiny', tinyNetwork());
    const tau = randomTau(2, 10);
    const shared = new Float32Array(new SharedArrayBuffer(tau.byteLength));
    shared.set(tau);
    const there = new Float32Array(new SharedArrayBuffer(tau.byteLength));
    await session.predict(randomJets(2), shared, there, 2, 10);
    expect(bytes(there)).toEqual(bytes(await predicted({}, randomJets(2), tau, [2, 10])));
  });

  describe('a network that the kernel cannot run is refused in one line', () => {
    test.each<[string, TinyOptions, RegExp]>([
      [
        'a layer of 65 units',
        amortised([24, 65]),
        /^tiny: .* more than 8 layers or one of more than 64 units$/,
      ],
      ['9 layers', amortised(Array<number>(9).fill(4)), /more than 8 layers/],
    ])('%s', (_, options, message) => {
      expect(() => createNativeSession('tiny', tinyNetwork(options))).toThrow(message);
    });

    test.each([Number.NaN, Number.POSITIVE_INFINITY])('a weight %d', (weight) => {
      const trained = tinyNetwork();
      trained.weights['head1/kernel']!.values[3] = weight;
      expect(() => createNativeSession('tiny', trained)).toThrow(
        /weight or number of the network is not finite/,
      );
    });
  });
}
