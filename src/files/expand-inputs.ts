/** Names of input files, with * and ? where the shell has left them: quoted, or on Windows. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';

/**
 * Files for names and patterns; a pattern's files come in order of their names.
 *
 * @throws UsageError where a pattern finds nothing.
 */
export async function expandInputs(names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    // A file may have such letters in its name.
    if (!/[*?]/.test(name) || existsSync(name)) {
      found.push(name);
      continue;
    }
    const segments = name.split('/');
    let paths = [segments[0] === '' ? '/' : '.'];
    for (const segment of segments.filter((part) => part !== '')) paths = await step(paths, segment);
    if (paths.length === 0) throw new UsageError(`no file matches ${name}`);
    found.push(...paths);
  }
  return found;
}

/** Each folder's entries that match one segment of a pattern. */
async function step(folders: readonly string[], segment: string): Promise<string[]> {
  if (!/[*?]/.test(segment)) return folders.map((folder) => join(folder, segment));
  const pattern = new RegExp(
    `^${segment
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const matches: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder).catch(() => []);
    matches.push(
      ...entries
        .filter((entry) => pattern.test(entry) && (!entry.startsWith('.') || segment.startsWith('.')))
        .sort()
        .map((entry) => join(folder, entry)),
    );
  }
  return matches;
}
