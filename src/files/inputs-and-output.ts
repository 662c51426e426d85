/** Which files are the same: an output must not take an input's place, and standard input is there once. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.js';
import { outputPlace, removeLeftBehind } from './durable-file.js';
import { fileIdentity } from './file-identity.js';
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
    const identity = fileIdentity(input);
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
