/**
 * The imports that package.json names with a condition for browsers, from this tree's sources: Vite would take the built
 * files, whose classes are others than those of the sources beside them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param folder of package.json. @returns aliases for Vite. */
export function packageImports(folder: string): { find: string; replacement: string }[] {
  const { imports }: { imports: Record<string, string | { browser: string }> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  return Object.entries(imports).flatMap(([find, target]) =>
    typeof target === 'string'
      ? []
      : [
          {
            find,
            replacement: join(folder, target.browser.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts')),
          },
        ],
  );
}
