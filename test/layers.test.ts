/** The direction of imports: cli → report, studies → sampling → model → jets, stats. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { PROJECT_ROOT } from './project-root.js';

/** What the files of a folder may import from, besides their own folder, src/errors and src/version. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/random': [],
  'src/stats': ['src/random'],
  'src/jets': ['src/random'],
  'src/model': ['src/jets', 'src/random', 'src/stats'],
  'src/formats': ['src/jets', 'src/model', 'src/random'],
  'src/sampling': ['src/model', 'src/formats', 'src/jets', 'src/random', 'src/stats'],
  'src/report': ['src/studies', 'src/model', 'src/formats', 'src/jets', 'src/stats'],
  'src/studies': ['src/report', 'src/sampling', 'src/model', 'src/jets', 'src/random', 'src/stats'],
  training: ['src/formats', 'src/model', 'src/jets', 'src/random', 'src/stats', 'src/report'],
  export: ['training', 'src/model', 'src/jets', 'src/random', 'src/stats', 'src/formats'],
};

function sourceFiles(folder: string): string[] {
  return readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.endsWith('.as.ts'))
    .map((file) => join(folder, file));
}

/** Paths from the root of the files that one file imports, from its text. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(PROJECT_ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) =>
    join(dirname(file), path!),
  );
}

function folderOf(path: string): string {
  return Object.keys(MAY_IMPORT).find((folder) => path.startsWith(`${folder}/`)) ?? dirname(path);
}

test.each(Object.keys(MAY_IMPORT))('%s imports only from the layers below it', (folder) => {
  const files = sourceFiles(folder);
  expect(files.length).toBeGreaterThan(0);
  const allowed = [folder, ...MAY_IMPORT[folder]!];
  const strangers = files.flatMap((file) =>
    importsOf(file)
      .filter((path) => !/^src\/(errors|version)\.js$/.test(path) && !allowed.includes(folderOf(path)))
      .map((path) => `${relative('', file)} imports ${path}`),
  );
  expect(strangers).toEqual([]);
});

test('src/index.ts is re-exports alone', () => {
  const text = readFileSync(join(PROJECT_ROOT, 'src/index.ts'), 'utf8').replace(
    /\/\*[\s\S]*?\*\/|\/\/.*/g,
    '',
  );
  const statements = text
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean);
  for (const statement of statements) expect(statement).toMatch(/^export (type )?\{[\s\S]*\} from '[^']+'$/);
});

describe('what a browser is given', () => {
  /** Files that src/web.ts brings along, and the packages that they name. Types are gone when it runs. */
  function reachable(entry: string): { files: Set<string>; packages: Set<string> } {
    const files = new Set<string>();
    const packages = new Set<string>();
    const follow = (file: string): void => {
      if (files.has(file)) return;
      files.add(file);
      const compiled = readFileSync(join(PROJECT_ROOT, 'dist', file), 'utf8');
      for (const { fileName } of ts.preProcessFile(compiled, true, true).importedFiles)
        if (fileName.startsWith('.')) follow(join(dirname(file), fileName));
        else packages.add(fileName);
    };
    follow(entry);
    return { files, packages };
  }

  test('is the library’s own files, and packages that run there; nothing of Node', () => {
    const { files, packages } = reachable('src/web.js');
    for (const shared of ['src/random/philox.js', 'src/model/transforms.js', 'src/model/solve-tau.js'])
      expect(files).toContain(shared);
    expect([...files].filter((file) => /-node\.js$|^src\/(cli|formats|studies|report)\//.test(file))).toEqual(
      [],
    );
    expect([...packages].sort()).toEqual([
      'd3-array',
      'onnxruntime-web/wasm',
      'protobufjs/minimal.js',
      'valibot',
    ]);
  });

  test('Node is given none of its files', () => {
    const { files, packages } = reachable('src/index.js');
    expect([...files].filter((file) => /-web\.js$/.test(file))).toEqual([]);
    expect(packages).toContain('onnxruntime-node');
    expect(packages).not.toContain('onnxruntime-web/wasm');
  });
});
