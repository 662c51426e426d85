/** A bundle from an address, or from files that somebody chose or dropped. */
import { BundleError, RunError } from '../errors.js';
import { type Bundle, bundleFrom } from './bundle.js';
import { GRAPH_FILES } from './card.js';

/** What the engines of a browser need: quantiles.onnx is for programs that have none of them, and 0.3 MB. */
export const WEB_GRAPHS = GRAPH_FILES.filter((file) => file !== 'quantiles.onnx');

/** The address of a bundle's folder; or its files: as a file input gives them, or their bytes by name. */
export type BundleSource = string | URL | readonly File[] | Readonly<Record<string, Uint8Array>>;

/** How a bundle is fetched. */
export interface ReadBundleOptions {
  /** What messages call it; default the address, or "the bundle". */
  readonly name?: string;
  /** Stops the fetching. */
  readonly signal?: AbortSignal;
}

/**
 * Reads and checks a bundle: see {@link bundleFrom}.
 *
 * @throws BundleError; RunError outside of a secure context; the signal's reason.
 */
export async function readBundle(source: BundleSource, options: ReadBundleOptions = {}): Promise<Bundle> {
  if (!globalThis.crypto?.subtle)
    throw new RunError(
      'the files of a bundle cannot be checked: browsers have SHA-256 only for pages from https or localhost; serve the page from there',
    );
  return typeof source === 'string' || source instanceof URL
    ? fetched(String(source).replace(/\/+$/, ''), options)
    : given(source, options);
}

function fetched(url: string, { name = url, signal }: ReadBundleOptions): Promise<Bundle> {
  return bundleFrom(
    name,
    async (file, largest) => {
      let bytes: Uint8Array;
      try {
        const response = await fetch(`${url}/${file}`, signal ? { signal } : {});
        if (!response.ok)
          throw new BundleError(name, `${file} is not on the server (it answered ${response.status})`);
        bytes = new Uint8Array(await response.arrayBuffer());
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof BundleError) throw error;
        throw new BundleError(name, `${file} cannot be fetched; check the connection and try again`, {
          cause: error,
        });
      }
      checkLength(name, file, bytes.length, largest);
      return bytes;
    },
    WEB_GRAPHS,
  );
}

function given(
  files: readonly File[] | Readonly<Record<string, Uint8Array>>,
  { name = 'the bundle' }: ReadBundleOptions,
): Promise<Bundle> {
  return bundleFrom(
    name,
    async (wanted, largest) => {
      const found = Array.isArray(files)
        ? (files as readonly File[]).find((file) => file.name === wanted)
        : (files as Readonly<Record<string, Uint8Array>>)[wanted];
      if (!found)
        throw new BundleError(
          name,
          `${wanted} is missing; drop all files of the bundle together, or give the bytes of all`,
        );
      checkLength(name, wanted, found instanceof Uint8Array ? found.length : found.size, largest);
      return found instanceof Uint8Array ? found : new Uint8Array(await found.arrayBuffer());
    },
    WEB_GRAPHS,
  );
}

function checkLength(name: string, file: string, bytes: number, largest: number): void {
  if (bytes > largest)
    throw new BundleError(name, `${file} has ${bytes} bytes, a bundle’s has at most ${largest}`);
}
