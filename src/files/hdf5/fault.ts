/** What HDF5's library throws, as one line that names file and place. */
import { InputError, JetIqnError } from '../../errors.js';

/** @throws InputError for whatever the library throws, as its cause. */
export function guarded<T>(name: string, place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const problem = innermost(error instanceof Error ? error.message : String(error));
    throw new InputError(name, `damaged, or of a kind of HDF5 that is not read, in ${place}: ${problem}`, {
      cause: error,
    });
  }
}

/** HDF5 tells a fault as a stack of a page; its last line says what is wrong. */
function innermost(message: string): string {
  return [...message.matchAll(/ in \w+\(\): (.*)/g)].at(-1)?.[1] ?? message.split('\n')[0]!;
}
