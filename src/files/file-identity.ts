/** Which names stand for the same file. */
import { statSync } from 'node:fs';

/** A regular file by device and inode, whatever it is called; undefined where there is none, or it may not be looked at. */
export function fileIdentity(path: string): string | undefined {
  try {
    const status = statSync(path, { bigint: true });
    return status.isFile() ? `${status.dev}:${status.ino}` : undefined;
  } catch {
    return undefined;
  }
}
