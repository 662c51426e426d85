/** A bundle from the site or from dropped files, checked as every bundle is. */
import { BundleError } from '../../src/errors.js';
import { type Bundle, bundleFrom } from '../../src/model/bundle.js';
import type { ModelSource } from './api.js';

/** @throws BundleError */
export function openModel(source: ModelSource): Promise<Bundle> {
  return source.kind === 'shipped' ? shipped(source) : dropped(source);
}

function shipped({ name, url }: ModelSource & { kind: 'shipped' }): Promise<Bundle> {
  return bundleFrom(name, async (file) => {
    const response = await fetch(`${url}/${file}`).catch((error) => {
      throw new BundleError(name, `${file} cannot be fetched; check the connection and try again`, {
        cause: error,
      });
    });
    if (!response.ok) throw new BundleError(name, `${file} is not on the server (${response.status})`);
    return new Uint8Array(await response.arrayBuffer());
  });
}

function dropped({ name, files }: ModelSource & { kind: 'files' }): Promise<Bundle> {
  return bundleFrom(name, async (wanted, largest) => {
    const file = files.find((candidate) => candidate.name === wanted);
    if (!file) throw new BundleError(name, `${wanted} is missing; drop all files of the bundle together`);
    if (file.size > largest)
      throw new BundleError(name, `${wanted} has ${file.size} bytes, a bundle’s has at most ${largest}`);
    return new Uint8Array(await file.arrayBuffer());
  });
}
