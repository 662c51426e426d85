/** What a build leaves behind in dist/native: the addon, and a record of what it was made of or why it failed. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** dist/native of this package. */
export const ADDON_FOLDER = fileURLToPath(new URL('../../../native/', import.meta.url));
const RECORD = 'build.json';

export type BuildRecord =
  | {
      /** Hash of sources, flags and platform. */
      readonly sources: string;
      /** Hash of the sources alone: the same for all platforms, whose bits are the same. */
      readonly kernel: string;
      /** The addon's name, and its bytes'. */
      readonly file: string;
      readonly sha256: string;
      readonly compiler: string;
    }
  /** failure: one line. */
  | { readonly sources: string; readonly failure: string };

/** The record of the last build; undefined where there is none that can be read. */
export function readBuildRecord(folder: string): BuildRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as Record<string, unknown>;
    const texts = (...names: string[]) => names.every((name) => typeof record?.[name] === 'string');
    if (texts('sources', 'failure') || texts('sources', 'kernel', 'file', 'sha256', 'compiler'))
      return record as BuildRecord;
  } catch {
    // Not there, or not ours: then it is built anew.
  }
  return undefined;
}

/** Moved into place whole, since others may be reading. */
export function writeBuildRecord(folder: string, record: BuildRecord): void {
  const unfinished = join(folder, `build-${process.pid}.json.tmp`);
  writeFileSync(unfinished, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(unfinished, join(folder, RECORD));
}
