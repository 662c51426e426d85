import { describe, expect, test } from '@jest/globals';
import { decodeModel, encodeModel } from '../../../src/model/onnx-proto.js';
import { createConditional } from '../../../src/model/session-node.js';
import { checkWasm, openConditional, openWasm } from '../../../src/model/wasm/open.js';
import { randomJets, randomTau } from '../../random-jets.js';
import { tinyBundle } from '../../tiny-bundle.js';
import { BOUNDS, nearness, SHIPPED, shippedBundle } from '../nearness.js';

test.each(SHIPPED)(
  '%s is predicted as by ONNX Runtime, to 20 ppm at most, a float32 rounding usually',
  async (name) => {
    const bundle = await shippedBundle(name);
    await checkWasm(bundle);
    for (const arithmetic of [undefined, 'separate'] as const)
      for (const { median, largest } of Object.values(
        await nearness(bundle, () => openWasm(bundle, arithmetic)),
      )) {
        expect(largest).toBeLessThan(BOUNDS.largest);
        expect(median).toBeLessThan(BOUNDS.median);
      }
  },
);

test('a graph that computes something else with these weights is found out', async () => {
  const bundle = await tinyBundle();
  const model = decodeModel(bundle.graphs['block.onnx']);
  // The leak of LeakyReLU, which the weights do not tell.
  for (const { opType, attributes } of model.graph.nodes) if (opType === 'LeakyRelu') attributes[0]!.f = 0.2;
  const graphs = { ...bundle.graphs, 'block.onnx': encodeModel(model) };
  await expect(checkWasm({ ...bundle, graphs })).rejects.toThrow(
    /the wasm engine predicts .* where the bundle's graph gives .*; use --engine ort$/,
  );
  await checkWasm(bundle);
});

describe('conditional distributions', () => {
  test.each(SHIPPED)(
    'of %s are those of its graph, to 20 ppm of values and a permille of slopes',
    async (name) => {
      const bundle = await shippedBundle(name);
      const { range, inputs } = bundle.card;
      const rows = 200;
      const jets = randomJets(rows, inputs.length);
      for (let row = 0; row < rows; row++)
        jets[row * inputs.length] = range.pt[0] * 10 ** (1 + (row % 20) / 20);
      // Near the jet itself.
      const known = Float32Array.from(
        { length: 3 * rows },
        (_, at) => jets[Math.floor(at / 3) * inputs.length + (at % 3)]! * (at % 3 === 0 ? 1.05 : 1),
      );
      const step = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % 4));
      const tau = randomTau(rows, 1).subarray(0, rows);
      const graph = await createConditional(bundle);
      const expected = await graph.quantile(jets, known, step, tau);
      const ours = await openConditional(bundle);
      expect(ours.forJets).toBeDefined();
      const made = await ours.quantile(jets, known, step, tau);
      for (let row = 0; row < rows; row++) {
        const value = expected.value[row]!;
        const unit = row % 4 === 1 || row % 4 === 2 ? 4 : Math.abs(value) + 1;
        expect(Math.abs(made.value[row]! - value) / unit).toBeLessThan(2e-5);
        expect(Math.abs(made.slope[row]! / expected.slope[row]! - 1)).toBeLessThan(1e-3);
      }
      await graph.close();
    },
  );

  test('are those of ONNX Runtime where the graph computes something else with these weights', async () => {
    const bundle = await tinyBundle();
    expect((await openConditional(bundle)).forJets).toBeDefined();
    const model = decodeModel(bundle.graphs['conditional.onnx']);
    for (const { opType, attributes } of model.graph.nodes)
      if (opType === 'LeakyRelu') attributes[0]!.f = 0.2;
    const graphs = { ...bundle.graphs, 'conditional.onnx': encodeModel(model) };
    const found = await openConditional({ ...bundle, graphs });
    expect(found.forJets).toBeUndefined();
    await found.close();
  });
});
