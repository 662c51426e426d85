import { describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../../src/model/native/addon.js';
import { createNativeSession } from '../../../src/model/native/session.js';
import { randomJets, randomTau } from '../../random-jets.js';
import { tinyNetwork } from '../../tiny-bundle.js';
import { bytes, engineContract, NETWORKS, predicted } from '../engine-contract.js';

const found = loadAddon();
const levels = 'addon' in found ? found.addon.levels() : [];

if (levels.length === 0) {
  test('without the addon a session is refused and says why', () => {
    expect(() => createNativeSession('tiny', tinyNetwork())).toThrow(/tiny: the native engine is absent: ./);
  });
} else {
  engineContract(createNativeSession);

  describe.each(NETWORKS)('%s', (_, options) => {
    test.each([1, 7, 1000, 1001])('has the same bits on every level, %d samples', async (sampleCount) => {
      const trained = tinyNetwork(options);
      const jetCount = sampleCount < 100 ? 5 : 1;
      const jets = randomJets(jetCount, trained.inputs.length);
      const tau = randomTau(jetCount, sampleCount);
      const shape: [number, number] = [jetCount, sampleCount];
      const best = await predicted(createNativeSession('tiny', trained), jets, tau, shape);
      expect(best.every((value) => Number.isFinite(value))).toBe(true);
      for (const level of levels) {
        const other = await predicted(createNativeSession('tiny', trained, { level }), jets, tau, shape);
        expect(bytes(other).equals(bytes(best))).toBe(true);
      }
    });
  });
}
