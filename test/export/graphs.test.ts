import { describe, expect, test } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { latticeTau } from '../../export/quantiles-graph.js';
import type { TrainedNetwork } from '../../export/trained-network.js';
import { openGraph, openOrt } from '../../src/engines/ort-node.js';
import { wrapPhi } from '../../src/jets/phi.js';
import type { Bundle } from '../../src/model/bundle.js';
import { DATA_TYPE, decodeModel } from '../../src/model/onnx-proto.js';
import { naiveConditional, naivePrediction } from '../naive-network.js';
import { EDGE_TAUS, randomJets, randomTau } from '../random-jets.js';
import { type TinyOptions, tinyBundle, tinyNetwork } from '../tiny-bundle.js';

const NETWORKS: [string, TinyOptions][] = [
  ['paper, affine tau', { kind: 'paper', tauInput: 'affine' }],
  ['paper, logit tau', { kind: 'paper', tauInput: 'logit' }],
  ['paper, both, two extra columns', { kind: 'paper', tauInput: 'both', extras: ['rho', 'flavour'] }],
  ['amortised, affine tau, shift', { tauInput: 'affine', centreAndWidth: false }],
  ['amortised, logit tau, centre and width', { tauInput: 'logit' }],
  ['amortised, both, a floor of pt', { tauInput: 'both', floor: 20 }],
  ['amortised, both, cells, an extra column', { tauInput: 'both', cells: 72, extras: ['rho'], seed: 2 }],
  ['amortised, both, shift, an extra column', { tauInput: 'both', centreAndWidth: false, extras: ['rho'] }],
];

/**
 * Standardised units. A float32 evaluation of these networks (four layers of at most ten units, values below 10, one
 * after another four times) is off by some tens of roundings of 6e-8 of such values.
 */
const ROUNDING = 2e-5;

/** How far a physical value may be off: the rounding of the network in its own units, and of the value itself. */
function tolerance(
  { targets, harmonics = [] }: TrainedNetwork,
  step: number,
  value: number,
  input: number,
): number {
  const { transform, offset, sd } = targets[step]!;
  const unit = transform === 'log-ratio' ? sd * (Math.abs(value) + offset + 1e-3) : sd;
  // A sine of an angle of `frequency` times |eta| < 4.7 starts with that angle's own rounding; roundings add in squares.
  const ofAngles = Math.hypot(...harmonics.map(({ frequency, sd: spread }) => (4.7 * frequency) / spread));
  return (
    (ROUNDING + 2 ** -24 * ofAngles) * unit + 4 * 2 ** -24 * (Math.abs(value) + Math.abs(input) + offset)
  );
}

describe.each(NETWORKS)('%s', (_, options) => {
  const trained = tinyNetwork(options);
  const columns = trained.inputs.length;
  const rows = 64;
  const jets = randomJets(rows, columns);
  const jet = (row: number) => [...jets.subarray(row * columns, (row + 1) * columns)];

  async function sampled(bundle: Bundle, tau: Float32Array): Promise<Float32Array> {
    const graph = await openGraph(bundle, 'sampler.onnx');
    const { predictions } = await graph.run({
      jets: new ort.Tensor('float32', jets, [rows, columns]),
      tau: new ort.Tensor('float32', tau, [rows, 4]),
    });
    return (await predictions!.getData()) as Float32Array;
  }

  test('sampler.onnx is the network, unrolled, in physical units', async () => {
    const tau = randomTau(rows, 1);
    const predictions = await sampled(await tinyBundle(options), tau);
    for (let row = 0; row < rows; row++) {
      const { physical } = naivePrediction(trained, jet(row), [...tau.subarray(row * 4, row * 4 + 4)]);
      physical.forEach((value, step) => {
        const found = predictions[row * 4 + step]!;
        const off = step === 2 ? wrapPhi(found - value) : found - value;
        expect(Math.abs(off)).toBeLessThanOrEqual(tolerance(trained, step, value, jet(row)[step]!));
      });
    }
  });

  test('block.onnx makes the same bits as sampler.onnx', async () => {
    const bundle = await tinyBundle(options);
    const tau = randomTau(rows, 1);
    const session = await openOrt(bundle);
    const predictions = new Float32Array(rows * 4);
    await session.predict(jets, tau, predictions, rows, 1);
    expect([...predictions]).toEqual([...(await sampled(bundle, tau))]);
    await session.close();
  });

  test('conditional.onnx is one step of the network and its exact slope', async () => {
    const conditional = await openOrt(await tinyBundle(options));
    const tau = new Float32Array(rows).map((__, row) => EDGE_TAUS[row] ?? ((row * 0.618) % 1) * 0.98 + 0.01);
    const known = randomJets(rows, 4, 5).filter((__, index) => index % 4 < 3);
    const step = Uint8Array.from({ length: rows }, (__, row) => (row >> 2) % 4);
    // What is not known must not be read.
    known.forEach((__, index) => {
      if (index % 3 >= step[Math.floor(index / 3)]!) known[index] = Number.NaN;
    });
    const { value, slope } = await conditional.quantile(jets, known, step, tau);
    for (let row = 0; row < rows; row++) {
      const k = step[row]!;
      const expected = naiveConditional(
        trained,
        jet(row),
        [...known.subarray(row * 3, row * 3 + 3)],
        k,
        tau[row]!,
      );
      const allowed = tolerance(trained, k, expected.value, jet(row)[k]!);
      expect(Math.abs(value[row]! - expected.value)).toBeLessThanOrEqual(
        allowed * magnification(k, known, row),
      );
      expect(Math.abs(slope[row]! / expected.slope - 1)).toBeLessThan(1e-3);
    }
    await conditional.close();
  });

  test('quantiles.onnx gives those of pt, and of the others’ samples on the lattice', async () => {
    const bundle = await tinyBundle(options);
    const graph = await openGraph(bundle, 'quantiles.onnx');
    const { quantiles } = await graph.run({ jets: new ort.Tensor('float32', jets, [rows, columns]) });
    const found = (await quantiles!.getData()) as Float32Array;
    const { levels } = bundle.card.quantiles!;
    expect(quantiles!.dims).toEqual([rows, 4 * levels.length]);
    const tau = latticeTau();
    const points = tau.length / 4;
    for (let row = 0; row < 8; row++) {
      const input = jet(row);
      const samples = Array.from(
        { length: points },
        (__, point) =>
          naivePrediction(
            trained,
            input,
            [0, 1, 2, 3].map((step) => tau[step * points + point]!),
          ).physical,
      );
      for (const [l, level] of levels.entries())
        for (let step = 0; step < 4; step++) {
          const near = (value: number) => (step === 2 ? wrapPhi(value - input[2]!) : value);
          const sorted = samples.map((sample) => near(sample[step]!)).sort((a, b) => a - b);
          const at = points * level - 0.5;
          const below = sorted[Math.floor(at)]!;
          const expected =
            step === 0
              ? naiveConditional(trained, input, [0, 0, 0], 0, level).value
              : below + (sorted[Math.ceil(at)]! - below) * (at % 1);
          const off = near(found[(row * 4 + step) * levels.length + l]!) - expected;
          // Samples of a step carry the rounding of those before it.
          expect(Math.abs(off)).toBeLessThanOrEqual(10 * tolerance(trained, step, expected, input[step]!));
        }
    }
  });

  /** Random known targets lie up to hundreds of standard deviations off, and rounding grows with them. */
  function magnification(step: number, known: Float32Array, row: number): number {
    let largest = 1;
    for (let j = 0; j < step; j++) {
      const { transform, offset, floor = 0, sd } = trained.targets[j]!;
      const [target, input] = [known[row * 3 + j]!, jet(row)[j]!];
      const excess = floor === 0 ? target : Math.max(target - floor, 1e-3);
      const relative =
        transform === 'log-ratio' ? Math.log((excess + offset) / (input + offset)) : target - input;
      largest = Math.max(largest, Math.abs(relative / sd));
    }
    return largest;
  }
});

/** Of the operators that ROOT 6.36's SOFIE reads (tmva/sofie/README.md) those that a sampler needs. */
const OF_SOFIE =
  'Add Concat Conv Cos Div Exp LeakyRelu Log Max Min Mul Reshape Sin Slice Sub Sum Transpose Unsqueeze';

test.each(NETWORKS)('sampler.onnx of %s is one that ROOT’s SOFIE reads', async (_, options) => {
  const { graph } = decodeModel((await tinyBundle(options)).graphs['sampler.onnx']);
  const operators = new Set(graph.nodes.map(({ opType }) => opType));
  expect([...operators].filter((operator) => !OF_SOFIE.split(' ').includes(operator))).toEqual([]);
  // ONNX Runtime warns of what no node reads.
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  expect(graph.initializers.filter(({ name }) => !read.has(name))).toEqual([]);
  // SOFIE has no weights of booleans.
  for (const { dataType } of graph.initializers)
    expect([DATA_TYPE.float, DATA_TYPE.int64] as number[]).toContain(dataType);
  const convolutions = graph.nodes.filter(({ opType }) => opType === 'Conv');
  // It names a convolution's workspace after what it reads.
  expect(new Set(convolutions.map(({ inputs }) => inputs[0])).size).toBe(convolutions.length);
  for (const { opType, attributes, outputs } of convolutions) {
    // Without pads it pads by one.
    const ofConv = Object.fromEntries(attributes.map(({ name, ints }) => [name, ints]));
    expect([opType, ofConv]).toEqual(['Conv', { kernel_shape: [1], pads: [0, 0] }]);
    // An Add that is the only reader of a convolution is dropped, or taken for its bias.
    const readers = graph.nodes.filter(({ inputs }) => inputs.includes(outputs[0]!));
    expect(readers.map(({ opType: reader }) => reader)).not.toEqual(['Add']);
  }
});

test('the slope is that of the quantile, by finite differences in double precision', async () => {
  const trained = tinyNetwork();
  const jet = [80, 1, 2, 9];
  const at = (tau: number) => naiveConditional(trained, jet, [75, 1.01, 2.01], 3, tau);
  const step = 1e-6;
  const difference = (at(0.3 + step).value - at(0.3 - step).value) / (2 * step);
  expect(at(0.3).slope / difference).toBeCloseTo(1, 6);
});
