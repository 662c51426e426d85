/** A bundle from the site or from dropped files, as the library reads it. */
import { loadBundle } from '../../src/load-bundle-web.js';
import type { OpenBundle } from '../../src/sampling/open-bundle.js';
import type { ModelSource } from './api.js';

/** @throws BundleError */
export function readModel(source: ModelSource): Promise<OpenBundle> {
  return loadBundle(source.kind === 'shipped' ? source.url : source.files, { name: source.name });
}
