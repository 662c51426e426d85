/**
 * WebAssembly that the build compiles into dist/: the library's sources name it beside themselves, where it lies once
 * they are compiled too.
 */
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'vite';

const ADDRESS = /new URL\('(\.\/[\w-]+\.wasm)', import\.meta\.url\)/g;

/** @param folder of package.json. */
export function compiledWasm(folder: string): Plugin {
  return {
    name: 'compiled-wasm',
    // Before Vite looks for what the addresses name.
    enforce: 'pre',
    transform: {
      filter: { id: /-web\.ts$/, code: ADDRESS },
      handler(code, id) {
        const source = dirname(id);
        const toCompiled = relative(source, join(folder, 'dist', relative(folder, source)));
        const mended = code.replaceAll(
          ADDRESS,
          (_, file: string) => `new URL('${join(toCompiled, file)}', import.meta.url)`,
        );
        // Lines stay where they are.
        return { code: mended, map: null };
      },
    },
  };
}
