/** A bundle from a folder. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BundleError } from '../errors.js';
import { type Bundle, bundleFrom, CARD_FILE } from './bundle.js';

/** The bundles that come with the package. */
const SHIPPED = fileURLToPath(new URL('../../../models', import.meta.url));

/**
 * Reads and checks the bundle in a folder, as input from a stranger: sizes, the card's every field, the hashes of the
 * graphs and what is in them, before anything runs.
 *
 * @param folder with model.json and the graphs that it names.
 * @throws BundleError where a file is missing, too large, or not what the card says.
 * @example (await readBundle('models/simulation')).card.task // 'simulation'
 */
export async function readBundle(folder: string): Promise<Bundle> {
  return bundleFrom(folder, async (file, largest) => {
    const path = join(folder, file);
    try {
      const found = await stat(path);
      const { size } = found;
      if (!found.isFile()) throw new BundleError(folder, `${file} is not a file`);
      if (size > largest)
        throw new BundleError(folder, `${file} has ${size} bytes, a bundle’s has at most ${largest}`);
      return await readFile(path);
    } catch (error) {
      if (error instanceof BundleError) throw error;
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const problem = missing ? `has no ${file}` : `${file} cannot be read: ${(error as Error).message}`;
      const advice = file === CARD_FILE && missing ? adviceFor(folder) : '';
      throw new BundleError(folder, problem + advice, { cause: error });
    }
  });
}

/** Where a bundle is to be had: the documentation's `models/simulation` is in the package, wherever that is installed. */
function adviceFor(folder: string): string {
  const shipped = join(SHIPPED, basename(folder));
  return existsSync(join(shipped, CARD_FILE))
    ? `; the one that comes with jet-iqn is ${shipped}`
    : '; a bundle is a folder that jet-iqn export makes';
}
