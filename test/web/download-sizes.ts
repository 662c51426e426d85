/** Bytes that a visitor downloads, as servers send them: gzip. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../project-root.js';

const SITE = join(PROJECT_ROOT, 'dist', 'web');
/** What the view of one jet needs: the page, its program and style, the worker, WebAssembly, one bundle. */
const FIRST =
  /^(index\.html|icon\.svg|assets\/(index|worker)-|assets\/.*ort|assets\/(kernel|head)|models\/(list\.json|simulation\/))/;

export interface DownloadSizes {
  /** Until the first answer. */
  readonly first: number;
  /** Everything that the site may send, kept for use without a network. */
  readonly all: number;
  /** Files by size, the largest first. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

export function downloadSizes(): DownloadSizes {
  const files = readdirSync(SITE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return {
        name: path.slice(SITE.length + 1).replaceAll('\\', '/'),
        bytes: gzipSync(readFileSync(path)).length,
      };
    })
    .sort((a, b) => b.bytes - a.bytes);
  const sum = (some: typeof files) => some.reduce((total, { bytes }) => total + bytes, 0);
  return { first: sum(files.filter(({ name }) => FIRST.test(name))), all: sum(files), files };
}
