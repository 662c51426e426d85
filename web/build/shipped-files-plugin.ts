/** The shipped bundles and sample jets, copied into the site under models/, with a list of them for the page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { WEB_GRAPHS } from '../../src/model/bundle-web.js';
import type { ModelCard } from '../../src/model/card.js';

/** @param root folder of package.json, whose `files` name what ships: models/ may hold a user's own, too. */
export function shippedFiles(root: string): Plugin {
  return {
    name: 'shipped-files',
    generateBundle() {
      const emit = (fileName: string, source: Uint8Array | string) =>
        this.emitFile({ type: 'asset', fileName: `models/${fileName}`, source });
      const folder = join(root, 'models');
      const { files }: { files: string[] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      const list = files.flatMap((path) => {
        const name = /^models\/([^.]+)$/.exec(path)?.[1];
        if (name === undefined) return [];
        for (const file of ['model.json', ...WEB_GRAPHS])
          emit(`${name}/${file}`, readFileSync(join(folder, name, file)));
        const { task, intendedUse, network }: ModelCard = JSON.parse(
          readFileSync(join(folder, name, 'model.json'), 'utf8'),
        );
        return { name, task, intendedUse, network: network.kind };
      });
      // Simulation first; of each task the smaller name first, which is the default one.
      list.sort((a, b) => b.task.localeCompare(a.task) || a.name.localeCompare(b.name));
      emit('list.json', JSON.stringify(list));
      emit('jets-sample.parquet', readFileSync(join(folder, 'jets-sample.parquet')));
    },
  };
}
