/** The examples of the library, of the README and of docs/embed.md, run as they stand. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import ts from 'typescript';
import { PROJECT_ROOT } from '../project-root.js';
import { makeReferenceJets } from '../reference-detector.js';
import { blocksOf } from './blocks.js';
import { readPage } from './pages.js';
import { makeWorkspace } from './workspace.js';

/** Runs a program of the docs in a workspace; below the package's own folder, where its name means itself. */
function printedBy(text: string, prepare: (folder: string) => void = () => {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-library-'));
  const program = join(PROJECT_ROOT, 'dist', `docs-example-${process.pid}.mjs`);
  try {
    makeWorkspace(folder);
    prepare(folder);
    const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
    writeFileSync(program, ts.transpileModule(text, { compilerOptions }).outputText);
    return execFileSync(process.execPath, ['--no-warnings', program], { cwd: folder, encoding: 'utf8' });
  } finally {
    rmSync(program, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the example of the README prints a p-value and a verdict', () => {
  const [example] = blocksOf(readPage('README.md')).filter(({ language }) => language === 'ts');
  expect(printedBy(example!.text)).toMatch(/^(0|1|0?\.\d+|\d(\.\d+)?e-\d+) (true|false)\n$/);
});

test('the example of Arrow tables reads one and writes one', () => {
  const example = blocksOf(readPage('docs/embed.md')).find(({ text }) => text.includes('tableFromIPC'));
  const printed = printedBy(example!.text, (folder) => {
    const { columns } = makeReferenceJets(40, 1);
    const table = tableFromArrays(columns as Record<string, Float32Array>);
    writeFileSync(join(folder, 'jets.arrow'), tableToIPC(table, 'file'));
  });
  expect(printed).toBe('40 4000\n');
});
