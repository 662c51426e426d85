/**
 * The direction of imports: cli → study → report → studies → sampling → engines, files → model → jets, stats. `npm run layers`
 * checks it, of types and values alike.
 */

/** What the files of a folder may import from, besides their own folder, src/arguments, src/errors and src/version. */
const MAY_IMPORT = {
  'src/stats': [],
  'src/jets': ['src/stats'],
  'src/model': ['src/jets', 'src/stats'],
  'src/engines': ['src/model', 'src/jets', 'src/stats'],
  'src/files': ['src/jets', 'src/model'],
  'src/sampling': ['src/engines', 'src/model', 'src/files', 'src/jets', 'src/stats'],
  'src/report': ['src/studies', 'src/model', 'src/files', 'src/jets', 'src/stats'],
  'src/studies': ['src/sampling', 'src/engines', 'src/model', 'src/jets', 'src/stats'],
  'src/cli': ['src', 'training', 'export'],
  training: ['src/files', 'src/model', 'src/jets', 'src/stats', 'src/report'],
  export: ['training', 'src/engines', 'src/model', 'src/jets', 'src/stats', 'src/files'],
  src: ['src', 'training', 'export'],
  web: ['src'],
};
const OURS = '^(src|training|export|bench|experiments|test|web)/';

const layers = Object.entries(MAY_IMPORT).map(([folder, below]) => ({
  name: `${folder} imports only from the layers below it`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: {
    path: OURS,
    pathNot: [`^(${[folder, ...below].join('|')})/`, '^src/(arguments|errors|version)\\.ts$'],
  },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: 'no circles',
      comment: 'Two files that need each other, if only for types, are one idea, or three.',
      severity: 'error',
      from: { path: OURS },
      to: { circular: true },
    },
    {
      name: 'what is shipped needs no development package',
      severity: 'error',
      from: { path: '^(src|training|export)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only', 'npm-peer'],
      },
    },
    {
      name: 'everything resolves',
      severity: 'error',
      from: { path: OURS },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
