import { expect, test } from '@jest/globals';
import { bundleWeights } from '../../src/engines/network-numbers.js';
import { decodeModel, encodeModel } from '../../src/model/onnx-proto.js';
import { type TinyOptions, tinyBundle, tinyNetwork } from '../tiny-bundle.js';

test.each<[string, TinyOptions]>([
  ['amortised', {}],
  ['amortised, shifted', { centreAndWidth: false, tauInput: 'both' }],
  ['amortised, floor and harmonics', { floor: 20, cells: 72 }],
  ['paper', { kind: 'paper', tauInput: 'affine', extras: ['rho'] }],
])('the weights of a bundle are those it was exported from, %s', async (_, options) => {
  const { weights } = tinyNetwork(options);
  expect(bundleWeights(await tinyBundle(options))).toEqual(weights);
});

test.each<[string, (name: string, dims: number[]) => [string, number[]], RegExp]>([
  [
    'is missing',
    (_, dims) => ['other', dims],
    /^tiny-amortised-simulation: conditional.onnx has no weight output.weight; /,
  ],
  [
    'has another shape',
    (name, [a, b, c]) => [name, [b!, a!, c!]],
    /output.weight of conditional.onnx is not float32/,
  ],
])('a weight that %s is named', async (_, change, message) => {
  const bundle = await tinyBundle();
  const model = decodeModel(bundle.graphs['conditional.onnx']);
  const tensor = model.graph.initializers.find(({ name }) => name === 'output.weight')!;
  [tensor.name, tensor.dims] = change(tensor.name, tensor.dims);
  const graphs = { ...bundle.graphs, 'conditional.onnx': encodeModel(model) };
  expect(() => bundleWeights({ ...bundle, source: 'tiny-amortised-simulation', graphs })).toThrow(message);
});
