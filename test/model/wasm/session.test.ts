import { describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../../src/model/native/addon.js';
import { createNativeSession } from '../../../src/model/native/session.js';
import { loadHead } from '../../../src/model/wasm/head-node.js';
import { createWasmSession } from '../../../src/model/wasm/session.js';
import { randomJets, randomTau } from '../../random-jets.js';
import { tinyNetwork } from '../../tiny-bundle.js';
import { bytes, engineContract, NETWORKS, predicted } from '../engine-contract.js';

const best = await loadHead();
const separate = await loadHead('separate');

describe.each(best.arithmetic === 'fused' ? [best, separate] : [separate])(
  'products and sums $arithmetic',
  (head) => {
    engineContract((source, data) => createWasmSession(source, data, head));
  },
);

if (best.arithmetic === 'fused' && 'addon' in loadAddon()) {
  test.each(NETWORKS)('has the bits of the native engine: %s', async (_, options) => {
    const trained = tinyNetwork(options);
    const jets = randomJets(6, trained.inputs.length);
    const tau = randomTau(6, 50);
    const wasm = await predicted(createWasmSession('tiny', trained, best), jets, tau, [6, 50]);
    const native = await predicted(createNativeSession('tiny', trained), jets, tau, [6, 50]);
    expect(bytes(wasm).equals(bytes(native))).toBe(true);
  });
}
