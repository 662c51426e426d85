/** A bundle's folder, ready to be asked. Needs Node; load-bundle-web.ts is the same for browsers. */
import { loadBundle as readBundle } from '../../model/bundle-node.js';
import { createConditional, createSession } from '../../model/session-node.js';
import { type OpenBundle, openBundle } from './open-bundle.js';

/**
 * Reads and checks the bundle in a folder; its engines run on this thread.
 *
 * @throws BundleError
 * @example
 * const bundle = await loadBundle('models/simulation');
 * await bundle.given(Float32Array.of(50, 0.3, 1, 9)).median(); // Float32Array: pt, eta, phi, mass
 * await bundle.close();
 */
export async function loadBundle(folder: string): Promise<OpenBundle> {
  return openBundle(await readBundle(folder), { session: createSession, conditional: createConditional });
}
