import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readJets } from '../../../src/formats/read-jets.js';
import { wrapPhi } from '../../../src/jets/phi.js';
import { readBundle } from '../../../src/model/bundle-node.js';
import { decodeModel, encodeModel } from '../../../src/model/onnx-proto.js';
import { createConditional, createSession } from '../../../src/model/session-node.js';
import { checkWasm, openConditional, openWasm } from '../../../src/model/wasm/open.js';
import { gatherRows, selectColumns } from '../../../src/sampling/jet-columns.js';
import { PROJECT_ROOT } from '../../project-root.js';
import { EDGE_JETS, randomJets, randomTau } from '../../random-jets.js';
import { tinyBundle } from '../../tiny-bundle.js';
import { predicted } from '../engine-contract.js';

const MODELS = join(PROJECT_ROOT, 'models');
const SHIPPED = readdirSync(MODELS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test.each(SHIPPED)(
  '%s is predicted as by ONNX Runtime, to 20 ppm at most, a float32 rounding usually',
  async (name) => {
    const [jetCount, sampleCount] = [40, 50];
    const bundle = await readBundle(join(MODELS, name));
    await checkWasm(bundle);
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
    const ort = await predicted(await createSession(bundle), jets, tau, [jetCount, sampleCount]);
    for (const arithmetic of [undefined, 'separate'] as const) {
      const wasm = await predicted(await openWasm(bundle, arithmetic), jets, tau, [jetCount, sampleCount]);
      const off = Array.from(wasm, (value, at) => {
        const step = Math.floor(at / sampleCount) % 4;
        const difference = value - ort[at]!;
        if (step === 1 || step === 2) return Math.abs(wrapPhi(difference)) / 4;
        return Math.abs(difference) / (Math.abs(ort[at]!) + 1);
      }).sort((a, b) => a - b);
      // The bound of docs/engines.md.
      expect(off.at(-1)).toBeLessThan(2e-5);
      expect(off[off.length >> 1]).toBeLessThan(2e-7);
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
      const bundle = await readBundle(join(MODELS, name));
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
