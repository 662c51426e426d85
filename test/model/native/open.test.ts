import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readJets } from '../../../src/formats/read-jets.js';
import { wrapPhi } from '../../../src/jets/phi.js';
import { readBundle } from '../../../src/model/bundle-node.js';
import { loadAddon } from '../../../src/model/native/addon.js';
import { checkNative, openNative } from '../../../src/model/native/open.js';
import { decodeModel, encodeModel } from '../../../src/model/onnx-proto.js';
import { createSession } from '../../../src/model/session-node.js';
import { bundleEngine } from '../../../src/sampling/engine.js';
import { gatherRows, selectColumns } from '../../../src/sampling/jet-columns.js';
import { PROJECT_ROOT } from '../../project-root.js';
import { EDGE_JETS, randomTau } from '../../random-jets.js';
import { tinyBundle } from '../../tiny-bundle.js';

const MODELS = join(PROJECT_ROOT, 'models');
const SHIPPED = readdirSync(MODELS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

if ('addon' in loadAddon()) {
  describe.each(SHIPPED)('the shipped bundle %s', (name) => {
    test('is predicted as by ONNX Runtime, to 20 ppm at most and a float32 rounding usually', async () => {
      const [jetCount, sampleCount] = [40, 50];
      const bundle = await readBundle(join(MODELS, name));
      await checkNative(bundle);
      const { inputs, task } = bundle.card;
      const columns = inputs.map(({ column }) => column);
      const table = await readJets(join(MODELS, 'jets-sample.parquet'), { extra: columns.slice(4) });
      const jets = new Float32Array(jetCount * inputs.length);
      gatherRows(jets, selectColumns(table, task, columns).inputs, 0, jetCount);
      EDGE_JETS.forEach((edge, jet) => {
        jets.set(edge, (3 + jet) * inputs.length);
      });
      // With 2^-24 and 1 - 2^-24 in every third jet.
      const tau = randomTau(jetCount, sampleCount);
      const native = new Float32Array(tau.length);
      const ort = new Float32Array(tau.length);
      for (const [session, made] of [
        [openNative(bundle), native],
        [await createSession(bundle), ort],
      ] as const) {
        await session.predict(jets, tau, made, jetCount, sampleCount);
        await session.close();
      }
      const off = Array.from(native, (value, at) => {
        const step = Math.floor(at / sampleCount) % 4;
        const difference = value - ort[at]!;
        if (step === 1 || step === 2) return Math.abs(wrapPhi(difference)) / 4;
        return Math.abs(difference) / (Math.abs(ort[at]!) + 1);
      }).sort((a, b) => a - b);
      // The bound of docs/engines.md, which says what is measured.
      expect(off.at(-1)).toBeLessThan(2e-5);
      expect(off[off.length >> 1]).toBeLessThan(2e-7);
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
