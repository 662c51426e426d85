/** A bundle from an address or from files, ready to be asked, in a page or a worker of it. */

import { openEngine, type WebEngine, type WebEngineOptions } from './engines/open-web.js';
import { type BundleSource, type ReadBundleOptions, readBundle } from './model/bundle-web.js';
import { type OpenBundle, openBundle } from './sampling/open-bundle.js';

/**
 * Fetches and checks a bundle; its engines run on this thread.
 *
 * @param source the address of its folder, or its files.
 * @param options of the fetching, and of the engine.
 * @throws BundleError where a file is missing, too large, or not what the card says; RunError outside of a secure context; the signal's reason.
 * @example
 * const bundle = await loadBundle('models/simulation');
 * await bundle.condition(Float32Array.of(50, 0.3, 1, 9)).median(); // Float32Array: pt, eta, phi, mass
 */
export async function loadBundle(
  source: BundleSource,
  options: ReadBundleOptions & WebEngineOptions & { readonly engine?: WebEngine } = {},
): Promise<OpenBundle> {
  const { engine, ...how } = options;
  return openBundle(await readBundle(source, options), (bundle) => openEngine(bundle, engine, how));
}
