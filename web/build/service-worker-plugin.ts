/** The service worker with the names and the fingerprint of all files of the site in it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const PUBLIC = join(import.meta.dirname, '..', 'public');

export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    enforce: 'post',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, output) {
        const hash = createHash('sha256');
        const files = Object.keys(output).sort();
        for (const file of files) {
          const part = output[file]!;
          hash.update(`${file}\n`).update(part.type === 'chunk' ? part.code : part.source);
        }
        const isFile = (file: string) => statSync(join(PUBLIC, file)).isFile();
        for (const file of readdirSync(PUBLIC, { encoding: 'utf8', recursive: true }).filter(isFile).sort()) {
          hash.update(`${file}\n`).update(readFileSync(join(PUBLIC, file)));
          files.push(file);
        }
        const version = hash.digest('hex').slice(0, 16);
        const source = readFileSync(join(import.meta.dirname, 'service-worker.js'), 'utf8')
          .replace('__VERSION__', version)
          .replace('__FILES__', JSON.stringify(files));
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source });
      },
    },
  };
}
