/** Options that a file has no use for: a cut that was asked for and not made must not go unsaid. */
import { InputError } from '../../errors.js';
import type { NanoAodOptions } from './nanoaod.js';

/** As they are on the command line. */
const NAMES: Readonly<Record<keyof NanoAodOptions, string>> = {
  jetId: '--jet-id',
  collection: '--collection',
};

/** @throws InputError where an option is given that is none of `known`. */
export function refuseOptions(
  file: string,
  options: NanoAodOptions,
  known: readonly (keyof NanoAodOptions)[] = [],
): void {
  for (const option of ['jetId', 'collection'] as const) {
    if (options[option] === undefined || known.includes(option)) continue;
    throw new InputError(
      file,
      `${NAMES[option]} does not apply to it; leave the option out, or convert the file by itself`,
    );
  }
}
