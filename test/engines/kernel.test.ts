import { describe, expect, test } from '@jest/globals';
import { loadAddon, nativeKernel } from '../../src/engines/addon.js';
import { kernelEngine } from '../../src/engines/kernel-engine.js';
import { randomJets, randomTau } from '../random-jets.js';
import { tinyNetwork } from '../tiny-bundle.js';
import { bytes, engineContract, NETWORKS, predicted } from './engine-contract.js';
import { fused, OWN_ENGINES, separate } from './own-engines.js';

describe.each(OWN_ENGINES.filter(({ isBest }) => isBest))('$name', ({ open }) => {
  engineContract(open);
});

const [first, ...others] = OWN_ENGINES.filter(({ isFused }) => isFused);
describe.each(NETWORKS)('%s', (_, options) => {
  test.each([1, 7, 1000, 1001])(
    'has the same bits wherever products and sums are fused, %d samples',
    async (sampleCount) => {
      const trained = tinyNetwork(options);
      const jetCount = sampleCount < 100 ? 5 : 1;
      const jets = randomJets(jetCount, trained.inputs.length);
      const tau = randomTau(jetCount, sampleCount);
      const shape: [number, number] = [jetCount, sampleCount];
      const expected = await predicted(first!.open('tiny', trained), jets, tau, shape);
      expect(expected.every((value) => Number.isFinite(value))).toBe(true);
      for (const { open } of others)
        expect(bytes(await predicted(open('tiny', trained), jets, tau, shape))).toEqual(bytes(expected));
    },
  );
});

test('predicts in place where tau and predictions lie in its memory, else by copies, the same', async () => {
  for (const { name, open } of OWN_ENGINES) {
    const engine = open('tiny', tinyNetwork());
    const { kernel } = engine;
    // More than a room for copies takes, of jets as well as of samples.
    for (const [jets, samples] of [
      [300, 3],
      [2, 20_001],
    ] as const) {
      const [tau, made] = [0, 1].map(() => kernel!.room(Float32Array, jets * 4 * samples));
      tau!.values.set(randomTau(jets, samples));
      const rows = randomJets(jets);
      await engine.predict(rows, tau!.values, made!.values, jets, samples);
      const shared = new Float32Array(new SharedArrayBuffer(4 * jets * 4 * samples));
      await engine.predict(rows, tau!.values, shared, jets, samples);
      expect([name, bytes(shared).equals(bytes(made!.values))]).toEqual([name, true]);
    }
    if (name.includes('scalar')) return;
  }
});

test('without an addon the native engine is refused and says why', () => {
  if ('addon' in loadAddon()) return;
  expect(() => nativeKernel('tiny')).toThrow(/tiny: the native engine is absent: ./);
});

test('the two kernels in WebAssembly are two computations', () => {
  expect(fused?.version).not.toBe(separate.version);
  expect(kernelEngine(separate.kernel(), 'tiny', tinyNetwork()).engine).toBe('wasm');
});
