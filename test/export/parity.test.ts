import { describe, expect, test } from '@jest/globals';
import { measureParity, type NetworkReference } from '../../export/parity.js';
import type { TrainedNetwork } from '../../export/trained-network.js';
import { RunError } from '../../src/errors.js';
import type { NetworkSpec } from '../../src/model/network-spec.js';
import { loadBackend } from '../../training/backend.js';
import { loadNetwork } from '../../training/networks/load.js';
import { naiveStep } from '../naive-network.js';
import { type TinyOptions, tinyBundle, tinyNetwork } from '../tiny-bundle.js';

const NETWORKS: [string, TinyOptions][] = [
  ['paper', { kind: 'paper', tauInput: 'both', extras: ['rho'] }],
  ['amortised', {}],
  ['amortised with cells', { cells: 72 }],
  ['amortised with a shift', { centreAndWidth: false, tauInput: 'affine' }],
];

const WIDE = {
  kind: 'amortised',
  inputs: 4,
  head: [24, 24],
  slope: 0.3,
  tauInput: 'both',
  centreAndWidth: true,
} as const;

/** 1200 rows, the corners of the range and the outermost tau among them. */
const JETS = 300;

/** The network in double precision. */
function naive({ network, weights }: TrainedNetwork): NetworkReference {
  return {
    evaluate(inputs, steps, known, tau) {
      const width = network.inputs;
      const rows = Array.from(steps, (step, row) => {
        const x = [...inputs.subarray(row * width, (row + 1) * width)];
        const before = [0, 1, 2].map((j) => (j < step ? known[row * 3 + j]! : 0));
        return naiveStep(network, weights, x, step, before, tau[row]!);
      });
      return {
        quantile: Float32Array.from(rows, ({ value }) => value),
        slope: Float32Array.from(rows, ({ slope }) => slope),
      };
    },
  };
}

describe.each(NETWORKS)('the graphs of %s', (_, options) => {
  const trained = tinyNetwork(options);

  test('agree with the network in double precision within rounding', async () => {
    const parity = await measureParity(await tinyBundle(options), trained, naive(trained), JETS);
    expect(parity.jets).toBe(JETS);
    expect(parity.blockDiffers).toBe(0);
    for (const share of Object.values(parity.shareOfRounding)) {
      expect(share).toBeLessThan(0.7);
      expect(share).toBeGreaterThan(1e-4);
    }
    expect(parity.sampler.eta).toBeLessThan(1e-5);
    expect(parity.sampler.phi).toBeLessThan(1e-5);
  });

  test('agree with the network in TensorFlow.js', async () => {
    const network = await loadNetwork(trained.network, trained.weights, await loadBackend('plain'));
    await measureParity(await tinyBundle(options), trained, network, JETS);
  });

  test.each<[string, TrainedNetwork]>([
    ['the slope below zero', { ...trained, network: { ...trained.network, slope: 0.3003 } }],
    ['one weight', { ...trained, weights: withOneWeight(trained, (weight) => weight * 1.001) }],
    ['a sign', { ...trained, weights: withOneWeight(trained, (weight) => -weight) }],
  ])('with %s off are refused', async (__, other) => {
    await expectRefused(options, trained, naive(other));
  });
});

// ONNX Runtime takes sums of more than 128 terms in parts: block.onnx and sampler.onnx may then round apart.
test.each<[string, NetworkSpec]>([
  ['a trunk of 200 and 130', { ...WIDE, trunk: [200, 130] }],
  [
    'the paper’s network, 200 wide',
    { kind: 'paper', inputs: 4, width: 200, depth: 5, slope: 0.3, tauInput: 'affine' },
  ],
])('%s is exported', async (_, network) => {
  const trained = tinyNetwork({ network });
  const { shareOfRounding } = await measureParity(await tinyBundle({ network }), trained, naive(trained), 50);
  for (const share of Object.values(shareOfRounding)) expect(share).toBeLessThan(1);
});

describe('the graphs of any network are refused', () => {
  const options: TinyOptions = { cells: 72 };
  const trained = tinyNetwork(options);

  test.each([
    ['a standard deviation', changed(trained, 'sd', 1.0001)],
    ['an offset', changed(trained, 'offset', 1.001)],
  ])('with %s off', async (_, { targets }) => {
    await expectRefused(options, { ...trained, targets }, naive(trained));
  });

  test('where it returns what is no number', async () => {
    const broken: NetworkReference = {
      evaluate: (inputs, steps, known, tau) => {
        const { quantile, slope } = naive(trained).evaluate(inputs, steps, known, tau);
        quantile[3] = Number.NaN;
        return { quantile, slope };
      },
    };
    await expect(measureParity(await tinyBundle(options), trained, broken, 20)).rejects.toThrow(RunError);
  });
});

async function expectRefused(
  options: TinyOptions,
  trained: TrainedNetwork,
  reference: NetworkReference,
): Promise<void> {
  const measured = measureParity(await tinyBundle(options), trained, reference, 60);
  await expect(measured).rejects.toThrow(RunError);
  await expect(measured).rejects.toThrow('times what float32 rounding allows');
}

function withOneWeight(
  { weights }: TrainedNetwork,
  change: (weight: number) => number,
): TrainedNetwork['weights'] {
  const name = Object.keys(weights)[0]!;
  const { shape, values } = weights[name]!;
  return {
    ...weights,
    [name]: { shape, values: values.map((weight, at) => (at === 3 ? change(weight) : weight)) },
  };
}

function changed(trained: TrainedNetwork, what: 'sd' | 'offset', factor: number): TrainedNetwork {
  return {
    ...trained,
    targets: trained.targets.map((target) => ({ ...target, [what]: target[what] * factor })),
  };
}
