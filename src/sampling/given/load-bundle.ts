/** A bundle's folder, ready to be asked. Needs Node; load-bundle-web.ts is the same for browsers. */
import { loadBundle as readBundle } from '../../model/bundle-node.js';
import { createSession } from '../../model/session-node.js';
import { openConditional } from '../../model/wasm/open.js';
import { type OpenBundle, openBundle } from './open-bundle.js';

/**
 * Reads and checks the bundle in a folder, as input from a stranger: sizes, the card's every field, the hashes of the
 * graphs and what is in them, before anything runs. Its engines run on this thread.
 *
 * @param folder with model.json and the graphs that it names.
 * @throws BundleError where a file is missing, too large, or not what the card says.
 * @example
 * const bundle = await loadBundle('models/simulation');
 * await bundle.given(Float32Array.of(50, 0.3, 1, 9)).median(); // Float32Array: pt, eta, phi, mass
 * await bundle.close();
 */
export async function loadBundle(folder: string): Promise<OpenBundle> {
  return openBundle(await readBundle(folder), { session: createSession, conditional: openConditional });
}
