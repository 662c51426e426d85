/** The README's example of the library runs as it stands. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { PROJECT_ROOT } from '../project-root.js';
import { blocksOf } from './blocks.js';
import { readPage } from './pages.js';
import { makeWorkspace } from './workspace.js';

test('the example prints a p-value and a verdict', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-library-'));
  // Below the package's own folder, where its name means itself.
  const program = join(PROJECT_ROOT, 'dist', `readme-example-${process.pid}.mjs`);
  try {
    makeWorkspace(folder);
    const [example] = blocksOf(readPage('README.md')).filter(({ language }) => language === 'ts');
    const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
    writeFileSync(program, ts.transpileModule(example!.text, { compilerOptions }).outputText);
    const printed = execFileSync(process.execPath, ['--no-warnings', program], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(printed).toMatch(/^(0|1|0?\.\d+|\d(\.\d+)?e-\d+) (true|false)\n$/);
  } finally {
    rmSync(program, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
});
