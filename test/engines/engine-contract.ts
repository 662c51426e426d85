/**
 * What every engine of our own promises, on any machine: as near to the formulas as ONNX Runtime, each prediction
 * from only its jet and tau, any shape, and a word where it cannot.
 */
import { expect, test } from '@jest/globals';
import type { Session } from '../../src/engines/engine.js';
import type { NetworkData } from '../../src/engines/network-numbers.js';
import { openOrt } from '../../src/engines/ort-node.js';
import type { NetworkSpec } from '../../src/model/network-spec.js';
import { naivePrediction } from '../naive-network.js';
import { EDGE_JETS, randomJets, randomTau } from '../random-jets.js';
import { type TinyOptions, tinyBundle, tinyNetwork } from '../tiny-bundle.js';

export type OpenSession = (source: string, data: NetworkData) => Session;
type Shape = [jetCount: number, sampleCount: number];

export function amortised(head: number[], tauInput: 'affine' | 'logit' | 'both' = 'logit'): TinyOptions {
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
export const NETWORKS: [string, TinyOptions][] = [
  ['paper', { network: PAPER }],
  ['paper with an extra column', { kind: 'paper', tauInput: 'both', extras: ['rho'] }],
  ['amortised, 24 wide', amortised([24, 24, 24], 'both')],
  ['amortised, floor and harmonics', { floor: 20, cells: 72, tauInput: 'both' }],
  ['amortised, shifted', { centreAndWidth: false, tauInput: 'affine' }],
  ['one layer', amortised([9])],
  ['odd widths', amortised([1, 7, 2, 13, 5, 3, 11, 6])],
  ['the widest', amortised([64, 64])],
];

/** Predictions of one session, which is then closed; -7 where it wrote none. */
export async function predicted(
  session: Session,
  jets: Float32Array,
  tau: Float32Array,
  [jetCount, sampleCount]: Shape,
): Promise<Float32Array> {
  const predictions = new Float32Array(jetCount * 4 * sampleCount).fill(-7);
  await session.predict(jets, tau, predictions, jetCount, sampleCount);
  await session.close();
  return predictions;
}

export function bytes(values: Float32Array): Buffer {
  return Buffer.from(values.slice().buffer);
}

/** Values [jets, 4, samples] of some jets and some of their samples: from this one, so many. */
export function part(
  values: Float32Array,
  samples: number,
  [firstJet, jets]: Shape,
  [first, width]: Shape,
): Float32Array {
  const own = new Float32Array(jets * 4 * width);
  for (let row = 0; row < jets * 4; row++) {
    const from = (firstJet * 4 + row) * samples + first;
    own.set(values.subarray(from, from + width), row * width);
  }
  return own;
}

export function engineContract(open: OpenSession): void {
  const tiny = (options: TinyOptions = {}) => open('tiny', tinyNetwork(options));

  test.each(NETWORKS)(
    'is as near to the formulas in double precision as ONNX Runtime: %s',
    async (_, options) => {
      const shape: Shape = [9, 40];
      const [jetCount, sampleCount] = shape;
      const trained = tinyNetwork(options);
      const columns = trained.inputs.length;
      const jets = randomJets(jetCount, columns);
      const tau = randomTau(jetCount, sampleCount);
      const ours = await predicted(tiny(options), jets, tau, shape);
      const ort = await predicted(await openOrt(await tinyBundle(options)), jets, tau, shape);
      // In float32 roundings of the value (pt, mass + 0.7) or of the range of an angle.
      const worst = { ours: [0, 0, 0, 0], ort: [0, 0, 0, 0] };
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
            worst.ours[step] = Math.max(worst.ours[step]!, off(ours[at(step)]!));
            worst.ort[step] = Math.max(worst.ort[step]!, off(ort[at(step)]!));
          });
        }
      }
      // Two programs that round at different places: their worst of 360 differ by chance, not by a factor of 2.
      worst.ours.forEach((roundings, step) => {
        expect(roundings).toBeLessThan(2 * worst.ort[step]! + 4);
      });
    },
  );

  test('one prediction depends only on its own jet and tau', async () => {
    const options = amortised([24, 24, 24]);
    // More samples than any engine computes together, and no multiple of a vector.
    const [jetCount, sampleCount] = [6, 1029];
    const jets = randomJets(jetCount);
    const tau = randomTau(jetCount, sampleCount);
    const whole = await predicted(tiny(options), jets, tau, [jetCount, sampleCount]);
    for (const [firstJet, count, first, width] of [
      [2, 3, 10, 31],
      [0, 1, 1028, 1],
      [5, 1, 0, 1029],
      [3, 2, 1000, 16],
    ] as const) {
      const of = (values: Float32Array) => part(values, sampleCount, [firstJet, count], [first, width]);
      const alone = await predicted(tiny(options), jets.slice(firstJet * 4), of(tau), [count, width]);
      expect(bytes(alone).equals(bytes(of(whole)))).toBe(true);
    }
  });

  test.each<Shape>([
    [3, 0],
    [0, 5],
  ])('%d jets and %d samples write nothing', async (jetCount, sampleCount) => {
    const session = tiny(amortised([24, 24, 24]));
    const predictions = new Float32Array(8).fill(-7);
    await session.predict(randomJets(3), new Float32Array(0), predictions, jetCount, sampleCount);
    expect(predictions.every((value) => value === -7)).toBe(true);
  });

  test('jets that no detector records are predicted or NaN, as ONNX Runtime has it', async () => {
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
    const shape: Shape = [strange.length, 16];
    const ours = await predicted(tiny(), jets, tau, shape);
    const ort = await predicted(await openOrt(await tinyBundle()), jets, tau, shape);
    const kind = (value: number) => (Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? 'finite' : value);
    expect([...ours].map(kind)).toEqual([...ort].map(kind));
  });

  test('a tau outside (0, 1) gives NaN', async () => {
    const tau = new Float32Array(4 * 6).fill(0.5);
    [0, 1, -0.1, 1.5, Number.NaN].forEach((value, sample) => {
      tau[sample] = value;
    });
    const made = await predicted(tiny(), Float32Array.from(EDGE_JETS[0]), tau, [1, 6]);
    expect([...made.subarray(0, 6)].map(Number.isNaN)).toEqual([true, true, true, true, true, false]);
  });

  test.each([
    ['jets', randomJets(1), randomTau(2, 10), 80],
    ['tau', randomJets(2), randomTau(2, 10).slice(1), 80],
    ['predictions', randomJets(2), randomTau(2, 10), 79],
  ])('%s that are too few are refused', async (name, jets, tau, length) => {
    await expect(tiny().predict(jets, tau, new Float32Array(length), 2, 10)).rejects.toThrow(
      new RegExp(`^${name} has \\d+ values, \\d+ are needed$`),
    );
  });

  test.each<[string, TinyOptions, RegExp]>([
    ['a layer of 65 units', amortised([24, 65]), /^tiny: .* than 8 layers or one of more than 64 units$/],
    ['9 layers', amortised(Array<number>(9).fill(4)), /more than 8 layers/],
  ])('%s are refused in one line', (_, options, message) => {
    expect(() => tiny(options)).toThrow(message);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a weight %d is refused', (weight) => {
    const trained = tinyNetwork();
    trained.weights['head1/kernel']!.values[3] = weight;
    expect(() => open('tiny', trained)).toThrow(/weight or number of the network is not finite/);
  });
}
