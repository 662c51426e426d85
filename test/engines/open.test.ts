/** Engines as a bundle opens them: believed once they agree with its graph, and near it on the shipped bundles. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../src/engines/addon.js';
import {
  bundleEngine,
  type EngineKind,
  type EngineName,
  openChecked,
  openEngine,
  openFastest,
} from '../../src/engines/open.js';
import type { Arithmetic } from '../../src/engines/wasm.js';
import type { GraphFile } from '../../src/model/card.js';
import { decodeModel, encodeModel } from '../../src/model/onnx-proto.js';
import { randomJets, randomTau } from '../random-jets.js';
import { makeTinyBundle, tinyBundle } from '../tiny-bundle.js';
import { BOUNDS, nearness, SHIPPED, shippedBundle } from './nearness.js';

const KINDS = 'addon' in loadAddon() ? (['native', 'wasm'] as const) : (['wasm'] as const);
const WAYS: { kind: EngineKind; arithmetic: Arithmetic | undefined }[] = [
  ...KINDS.map((kind) => ({ kind, arithmetic: undefined })),
  { kind: 'wasm', arithmetic: 'separate' },
];

describe.each(SHIPPED)('the shipped bundle %s', (name) => {
  test('agrees with its graph on what is checked', async () => {
    for (const kind of KINDS) expect((await openChecked(await shippedBundle(name), kind)).engine).toBe(kind);
  });

  test.each(WAYS)(
    'is predicted as by ONNX Runtime, to 20 ppm at most, a float32 rounding usually: $kind $arithmetic',
    async ({ kind, arithmetic }) => {
      const near = await nearness(await shippedBundle(name), (bundle) =>
        openEngine(bundle, kind, { arithmetic }),
      );
      for (const { median, largest } of Object.values(near)) {
        expect(largest).toBeLessThan(BOUNDS.largest);
        expect(median).toBeLessThan(BOUNDS.median);
      }
    },
  );

  test.each(WAYS)(
    'has the rows of its graph, to 20 ppm of values and a permille of slopes: $kind $arithmetic',
    async ({ kind, arithmetic }) => {
      const bundle = await shippedBundle(name);
      const { range, inputs } = bundle.card;
      const rows = 200;
      const jets = randomJets(rows, inputs.length);
      for (let row = 0; row < rows; row++)
        jets[row * inputs.length] = range.pt![0]! * 10 ** (1 + (row % 20) / 20);
      // Near the jet itself.
      const known = Float32Array.from(
        { length: 3 * rows },
        (_, at) => jets[Math.floor(at / 3) * inputs.length + (at % 3)]! * (at % 3 === 0 ? 1.05 : 1),
      );
      const step = Uint8Array.from({ length: rows }, (_, row) => row % 4);
      const tau = randomTau(rows, 1).subarray(0, rows);
      const graph = await openEngine(bundle, 'ort');
      const expected = await graph.quantile(jets, known, step, tau);
      const made = await (await openEngine(bundle, kind, { arithmetic })).quantile(jets, known, step, tau);
      for (let row = 0; row < rows; row++) {
        const value = expected.value[row]!;
        const unit = row % 4 === 1 || row % 4 === 2 ? 4 : Math.abs(value) + 1;
        expect(Math.abs(made.value[row]! - value) / unit).toBeLessThan(2e-5);
        expect(Math.abs(made.slope[row]! / expected.slope[row]! - 1)).toBeLessThan(1e-3);
      }
      await graph.close();
    },
  );
});

describe.each<[GraphFile, RegExp]>([
  ['block.onnx', /the (native|wasm) engine predicts .* where the bundle's graph gives .*; use --engine ort$/],
  ['conditional.onnx', /the (native|wasm) engine has the (quantile|slope) .* gives .*; use --engine ort$/],
])('%s that computes something else with these weights', (file, message) => {
  /** The leak of LeakyReLU, which the weights do not tell. */
  async function otherBundle() {
    const bundle = await tinyBundle();
    const model = decodeModel(bundle.graphs[file]!);
    for (const { opType, inputs, attributes } of model.graph.nodes) {
      if (opType === 'LeakyRelu') attributes[0]!.f = 0.2;
      // conditional.onnx multiplies by a number instead.
      else if (opType === 'Where' && inputs.includes('leak')) inputs[inputs.indexOf('leak')] = 'one';
    }
    return { ...bundle, graphs: { ...bundle.graphs, [file]: encodeModel(model) } };
  }

  test.each(KINDS)('is found out by %s', async (kind) => {
    await expect(openChecked(await otherBundle(), kind)).rejects.toThrow(message);
    await openChecked(await tinyBundle(), kind);
  });

  test('is left to ONNX Runtime', async () => {
    expect((await openFastest(await otherBundle())).engine).toBe('ort');
    expect((await openFastest(await tinyBundle())).engine).toBe(KINDS[0]);
  });
});

describe('bundleEngine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-engine-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const best = KINDS[0] === 'native' ? 'native' : 'ort';

  test('auto is native where there is one; the versions are what its bits depend on', async () => {
    await makeTinyBundle(folder);
    const version = expect.stringMatching(/^[0-9a-f]{12}$/);
    const expected = {
      ort: { 'onnxruntime-node': expect.any(String) },
      wasm: { 'wasm kernel': version },
      ...(best === 'native' && { native: { 'native kernel': version } }),
    } as Partial<Record<EngineName, object>>;
    for (const [kind, versions] of Object.entries(expected))
      expect(await bundleEngine(folder, kind as EngineName)).toMatchObject({ engine: kind, versions });
    expect(await bundleEngine(folder)).toMatchObject({ engine: best, versions: expected[best] });
    if (best === 'ort')
      await expect(bundleEngine(folder, 'native')).rejects.toThrow(/the native engine is absent: ./);
  });

  test('a worker opens the same engine, and no other bundle', async () => {
    const { session } = await bundleEngine(folder, 'wasm');
    const { openSession } = await import(session.module);
    const opened = await openSession(session.options);
    expect(opened.engine).toBe('wasm');
    await opened.close();
    await makeTinyBundle(folder, { seed: 2 });
    await expect(openSession(session.options)).rejects.toThrow(/the bundle changed since it was loaded/);
  });

  test('a network too wide for our own engines is left to ONNX Runtime with a word, or refused by name', async () => {
    const wide = { trunk: [8], head: [70], tauInput: 'logit', centreAndWidth: true } as const;
    await makeTinyBundle(folder, { network: { kind: 'amortised', inputs: 4, slope: 0.3, ...wide } });
    const { engine, note } = await bundleEngine(folder, 'auto');
    expect(engine).toBe('ort');
    const said = /the native engine does not take this network: .*64 units: ONNX Runtime samples instead$/;
    if (best === 'native') expect(note).toMatch(said);
    else expect(note).toBeUndefined();
    for (const kind of KINDS)
      await expect(bundleEngine(folder, kind)).rejects.toThrow(
        new RegExp(`the ${kind} engine does not take this network: .*64 units$`),
      );
  });
});
