/** Which files are the same: an output must not take an input's place, and standard input is there once. */
import { fstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { UsageError } from '../errors.js';
import { outputPlace, removeLeftBehind } from './durable-file.js';
import { STDIN } from './source-node.js';

/**
 * Checks what the user named, before anything is read or written, and clears away what killed runs left beside the output.
 *
 * @param bundle a folder whose files are inputs as well.
 * @returns the inputs that stand there more than once, each once: their jets would count as often.
 * @throws UsageError where the output is an input by any name, or a folder, or `-` is named twice or as the output.
 */
export function checkInputsAndOutput(inputs: readonly string[], output: string, bundle?: string): string[] {
  if (output === STDIN)
    throw new UsageError('the output cannot be -: a table is written to a file; name one');
  if (inputs.filter((input) => input === STDIN).length > 1) {
    throw new UsageError('- is named twice: standard input can be read once');
  }
  const target = fileIdentity(output);
  if (bundle !== undefined && target !== undefined) {
    const files = statSync(bundle, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(bundle) : [];
    if (files.some((name) => fileIdentity(join(bundle, name)) === target))
      throw new UsageError(`${output} is a file of the bundle ${bundle}; give the output another name`);
  }
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const input of inputs) {
    // Of `convert - < jets.csv` the file.
    const identity = fileIdentity(input === STDIN ? 0 : input);
    if (identity === undefined) continue;
    if (identity === target) {
      throw new UsageError(`${output} is an input as well; give the output another name`);
    }
    if (seen.has(identity)) repeated.add(input);
    seen.add(identity);
  }
  const place = outputPlace(output);
  if (place.isFile) removeLeftBehind(dirname(place.path));
  return [...repeated];
}

/** The names that runs write or clear in an output folder. */
const RESULTS =
  /^(report\.(html|json)|histograms\.json|figures|_?manifest\.json|journal|predictions-\d{6,}\.\w+|config\.json|metrics\.jsonl|training\.html|last|best|\.lock)$/;

/**
 * Checks an output folder before anything is read or written.
 *
 * @param inputs files and folders.
 * @throws UsageError where an input lies in the folder under a name that the run writes or clears.
 */
export function checkInputsAndFolder(inputs: readonly string[], folder: string): void {
  const output = realPath(folder);
  if (output === undefined) return;
  for (const input of inputs) {
    const path = input === STDIN ? '/dev/stdin' : input;
    // Where it lies, and where the link to it does.
    for (const place of [realPath(path), join(realPath(dirname(path)) ?? '', basename(path))])
      if (place !== undefined && RESULTS.test(relative(output, place).split(sep)[0]!))
        throw new UsageError(
          `${input}: lies in ${folder}, the output folder, under a name that the run writes to; choose another folder`,
        );
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/**
 * A regular file by device and inode, under any name; undefined where there is none, or it may not be looked at.
 *
 * @param file its path, or the number of one that is open.
 */
export function fileIdentity(file: string | number): string | undefined {
  try {
    const status =
      typeof file === 'number' ? fstatSync(file, { bigint: true }) : statSync(file, { bigint: true });
    return status.isFile() ? `${status.dev}:${status.ino}` : undefined;
  } catch {
    return undefined;
  }
}
