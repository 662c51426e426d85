/** The diffs of docs/extend.md apply to this tree, and what they add works. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import ts from 'typescript';
import { PROJECT_ROOT } from '../project-root.js';
import { blocksOf } from './blocks.js';
import { readPage } from './pages.js';

const diffs = blocksOf(readPage('docs/extend.md')).filter(({ language }) => language === 'diff');
const project = mkdtempSync(join(tmpdir(), 'jet-iqn-extend-'));
const SAMPLE = join(PROJECT_ROOT, 'models', 'jets-sample.parquet');
const MODEL = join(PROJECT_ROOT, 'models', 'simulation');

/** The project's sources and build, the diffs applied to the one and what they touch built anew in the other. */
beforeAll(() => {
  for (const part of ['src', 'dist/src', 'package.json'])
    cpSync(join(PROJECT_ROOT, part), join(project, part), { recursive: true });
  for (const part of ['node_modules', 'vendor', 'kernel'])
    symlinkSync(join(PROJECT_ROOT, part), join(project, part));
  for (const { text } of diffs)
    execFileSync('git', ['apply', '--whitespace=error-all', '-'], { cwd: project, input: `${text}\n` });
  const touched = diffs.flatMap(({ text }) =>
    [...text.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, path]) => path!),
  );
  for (const path of touched) {
    const { outputText } = ts.transpileModule(readFileSync(join(project, path), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    const built = join(project, 'dist', path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(built), { recursive: true });
    writeFileSync(built, outputText);
  }
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function jetIqn(...words: string[]): Record<string, unknown> {
  const main = join(project, 'dist', 'src', 'cli', 'main.js');
  const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', main, ...words, '--json'], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('a format, a test and an engine are shown', () => expect(diffs).toHaveLength(3));

test('the format is read', () => {
  const jet = { gen_pt: 100, gen_eta: 0.5, gen_phi: 1, gen_mass: 12 };
  writeFileSync(join(project, 'jets.jsonl'), `${JSON.stringify(jet)}\n`.repeat(5000));
  expect(jetIqn('info', 'jets.jsonl')).toMatchObject({ jets: 5000, columns: Object.keys(jet) });
});

test('the test enters report and verdict', () => {
  const options = ['--limit', '40', '--samples', '16', '-o', 'out', '--engine', 'ort', '--quiet'];
  const report = jetIqn('study', MODEL, SAMPLE, ...options) as {
    joint: { model: { tests: { name: string; pValue: number }[] } };
  };
  const found = report.joint.model.tests.find(({ name }) => name.startsWith('sign test'));
  expect(found!.pValue).toBeGreaterThan(1e-6);
  expect(found!.pValue).toBeLessThanOrEqual(1);
});

test('the engine makes the predictions of ONNX Runtime’s block graph', () => {
  const predictions = (engine: string) => {
    const options = ['--limit', '8', '--samples', '16', '--engine', engine, '-o', engine, '--quiet'];
    jetIqn('sample', MODEL, SAMPLE, ...options, '--format', 'arrow');
    return tableFromIPC(readFileSync(join(project, engine, 'predictions-000000.arrow')));
  };
  const [rows, ort] = [predictions('rows'), predictions('ort')];
  expect(rows.numRows).toBe(8 * 16);
  for (const variable of ['pt', 'eta', 'phi', 'mass']) {
    const expected = ort.getChild(variable)!.toArray() as Float32Array;
    const found = rows.getChild(variable)!.toArray() as Float32Array;
    // Two graphs of one network: float32 rounding apart, as docs/engines.md bounds it.
    for (const [i, value] of expected.entries())
      expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
  }
});
