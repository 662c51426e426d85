/** A bundle's distribution of the target jet given the input jet, on this thread. Needs Node. */
import type { Bundle } from '../../model/bundle.js';
import { createConditional, createSession } from '../../model/session-node.js';
import { type Given, givenJets } from './given.js';

/**
 * @param jets [N, inputs] row-major, physical units: pt [GeV], eta, phi [rad], mass [GeV], then the card's extra columns.
 * @param firstJet index of the first jet in its table: what its random numbers depend on.
 * @throws BundleError where ONNX Runtime refuses the graphs.
 * @example
 * const jet = await given(await loadBundle('models/simulation'), Float32Array.of(50, 0.3, 1, 9));
 * await jet.median(); // Float32Array: pt, eta, phi, mass
 * await jet.close();
 */
export async function given(
  bundle: Bundle,
  jets: Float32Array,
  firstJet = 0,
): Promise<Given & { close(): Promise<void> }> {
  const session = await createSession(bundle);
  const conditional = await createConditional(bundle);
  return {
    ...givenJets(session, conditional, jets, firstJet),
    async close() {
      await session.close();
      await conditional.close();
    },
  };
}
