import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../../src/model/native/addon.js';
import { checkNative, openNative } from '../../../src/model/native/open.js';
import { decodeModel, encodeModel } from '../../../src/model/onnx-proto.js';
import { bundleEngine } from '../../../src/sampling/engine.js';
import { PROJECT_ROOT } from '../../project-root.js';
import { tinyBundle } from '../../tiny-bundle.js';
import { BOUNDS, nearness, SHIPPED, shippedBundle } from '../nearness.js';

const MODELS = join(PROJECT_ROOT, 'models');

if ('addon' in loadAddon()) {
  describe.each(SHIPPED)('the shipped bundle %s', (name) => {
    test('is predicted as by ONNX Runtime, to 20 ppm at most and a float32 rounding usually', async () => {
      const bundle = await shippedBundle(name);
      await checkNative(bundle);
      for (const { median, largest } of Object.values(await nearness(bundle, () => openNative(bundle)))) {
        expect(largest).toBeLessThan(BOUNDS.largest);
        expect(median).toBeLessThan(BOUNDS.median);
      }
    });
  });

  test('a graph that computes something else with these weights is found out', async () => {
    const bundle = await tinyBundle();
    const model = decodeModel(bundle.graphs['block.onnx']);
    // The leak of LeakyReLU, which the weights do not tell.
    for (const { opType, attributes } of model.graph.nodes)
      if (opType === 'LeakyRelu') attributes[0]!.f = 0.2;
    const graphs = { ...bundle.graphs, 'block.onnx': encodeModel(model) };
    await expect(checkNative({ ...bundle, graphs })).rejects.toThrow(
      /the native engine predicts .* where the bundle's graph gives .*; use --engine ort$/,
    );
    await checkNative(bundle);
  });
}

test('an engine is what it was asked to be; auto is native where there is one', async () => {
  const folder = join(MODELS, 'simulation');
  const best = 'addon' in loadAddon() ? 'native' : 'ort';
  expect((await bundleEngine(folder, 'ort')).engine).toBe('ort');
  expect((await bundleEngine(folder)).engine).toBe(best);
  if (best === 'ort')
    await expect(bundleEngine(folder, 'native')).rejects.toThrow(/the native engine is absent: ./);
});
