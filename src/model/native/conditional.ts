/**
 * The conditional distributions by the native engine. What jets alone decide, nine tenths of the work and more, is
 * computed once a jet however often it is asked; a row is then the narrow head, with its tangent: kernel/quantile.hpp.
 */
import type { Bundle } from '../bundle.js';
import { bundleNetwork } from '../bundle-weights.js';
import type { Conditional, JetQuantiles } from '../conditional/conditional.js';
import type { NetworkData } from '../network-data.js';
import { openNetwork } from './session.js';

/** @throws BundleError where there is no addon or it does not take the bundle's network; the message says why. */
export function openNativeConditional(bundle: Bundle): Conditional {
  return createNativeConditional(bundle.source, bundleNetwork(bundle));
}

/**
 * @param source the bundle as the user named it, for messages.
 * @throws BundleError where there is no addon or it does not take this network; the message says why.
 */
export function createNativeConditional(source: string, data: NetworkData, level?: string): Conditional {
  const { addon, network, columns, inputsOf } = openNetwork(source, data, level);
  const width = addon.decidedWidth(network);

  function forJets(jets: Float32Array): JetQuantiles {
    const count = jets.length / columns;
    const { x, origins } = inputsOf(jets, count);
    const decided = new Float32Array(count * width);
    addon.decide(network, x, origins, decided, count);
    return {
      async quantile(rows, known, step, tau) {
        const value = new Float32Array(rows.length);
        const slope = new Float32Array(rows.length);
        addon.quantileRows(network, decided, rows, step, known, tau, value, slope, rows.length);
        return { value, slope };
      },
    };
  }

  return {
    inputs: columns,
    forJets: async (jets) => forJets(jets),
    quantile(jets, known, step, tau) {
      const rows = Uint32Array.from({ length: tau.length }, (_, row) => row);
      return forJets(jets).quantile(rows, known, Uint8Array.from(step, Number), tau);
    },
    // The addon frees the network when nothing holds it any more.
    async close() {},
  };
}
