/** A dropped file as bytes by range. */
import { InputError } from '../../src/errors.js';
import { type ByteSource, checkRange } from '../../src/files/source.js';

export function blobSource(blob: Blob, name: string): ByteSource {
  return {
    name,
    size: blob.size,
    async read(start, end) {
      checkRange(name, blob.size, start, end);
      try {
        return new Uint8Array(await blob.slice(start, end).arrayBuffer());
      } catch (error) {
        throw new InputError(
          name,
          'cannot be read any more: it was changed or moved since it was chosen; choose it again',
          {
            cause: error,
          },
        );
      }
    },
    async close() {},
  };
}
