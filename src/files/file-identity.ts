/** Which names stand for the same file. */
import { fstatSync, statSync } from 'node:fs';

/**
 * A regular file by device and inode, whatever it is called; undefined where there is none, or it may not be looked at.
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
