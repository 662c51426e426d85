/** What the two entries bring along; the direction of imports is .dependency-cruiser.mjs's. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { PROJECT_ROOT } from './project-root.js';

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
    for (const shared of ['src/stats/philox.js', 'src/model/transforms.js', 'src/sampling/solve-tau.js'])
      expect(files).toContain(shared);
    expect([...files].filter((file) => /-node\.js$|^src\/(cli|studies|report)\//.test(file))).toEqual([]);
    expect([...packages].sort()).toEqual(['onnxruntime-web/wasm', 'protobufjs/minimal.js', 'valibot']);
  });

  test('Node is given none of its files', () => {
    const { files, packages } = reachable('src/index.js');
    expect([...files].filter((file) => /-web\.js$/.test(file))).toEqual([]);
    expect(packages).toContain('onnxruntime-node');
    expect(packages).not.toContain('onnxruntime-web/wasm');
  });
});
