/** What a browser loads, the page and the library's own entry for it, needs no Node: imports of values alone, since those of types are gone before a browser sees them. */
import { builtinModules } from 'node:module';

export default {
  forbidden: [
    {
      name: 'a browser needs no Node',
      severity: 'error',
      from: { path: '^(web/|src/web\\.ts$)', pathNot: '^web/(vite\\.config\\.ts|build/)' },
      to: { reachable: true, path: `^(${builtinModules.join('|')})$` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: false,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^web/(vite\\.config\\.ts|build/)' },
  },
};
