/**
 * A bundle → a folder. The folder is filled under another name beside the one asked for and renamed at the end, so that
 * there is never half a bundle.
 */
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../src/errors.js';
import { type Bundle, CARD_FILE } from '../src/model/bundle.js';
import { readBundle } from '../src/model/bundle-node.js';
import { cardText, GRAPH_FILES, type ModelCard } from '../src/model/card.js';

/**
 * Writes a bundle; one that is already there is replaced.
 *
 * @throws UsageError where `folder` holds something else.
 */
export async function writeBundle(folder: string, { card, graphs }: Omit<Bundle, 'sha256'>): Promise<void> {
  await checkReplaceable(folder);
  const target = resolve(folder);
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const made = join(work, 'bundle');
    await mkdir(made);
    for (const [file, bytes] of Object.entries(graphs)) await writeFile(join(made, file), bytes);
    await writeFile(join(made, CARD_FILE), cardText(card));
    // A folder with files in it cannot be renamed over: the old one steps aside first.
    await rename(target, join(work, 'old')).catch(ignoreMissing);
    await rename(made, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @throws UsageError where `folder` is there and is neither empty nor a bundle. */
export async function checkReplaceable(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`${folder} cannot be a bundle’s folder: ${error.message}`, { cause: error });
  });
  const known: readonly string[] = [CARD_FILE, ...GRAPH_FILES];
  const foreign = found.find((name) => !known.includes(name));
  if (foreign !== undefined) {
    throw new UsageError(`${folder} holds ${foreign}, which is no part of a bundle; give another folder`);
  }
}

/**
 * Adds to the card of a bundle figures, in place of those of the same name, or the spectrum or range of the jets that it was
 * trained to predict; the graphs stay as they are.
 *
 * @returns the new card.
 */
export async function updateCard(
  folder: string,
  { metrics, ...facts }: Partial<Pick<ModelCard, 'metrics' | 'spectrum' | 'targetRange'>>,
): Promise<ModelCard> {
  const { card } = await readBundle(folder);
  const { parity, versions, files, ...before } = { ...card, metrics: { ...card.metrics, ...metrics } };
  const updated = { ...before, ...facts, parity, versions, files };
  const temporary = join(folder, `.${CARD_FILE}.tmp`);
  await writeFile(temporary, cardText(updated));
  await rename(temporary, join(folder, CARD_FILE));
  return updated;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
