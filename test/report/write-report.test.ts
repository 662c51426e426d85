import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { RunError } from '../../src/errors.js';
import { writeReport } from '../../src/report/write-report.js';
import { exampleReport } from './example-report.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-report-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('every number is in report.json, every figure there as SVG, PNG and JSON', async () => {
  const report = await exampleReport();
  const told: string[] = [];
  const page = await writeReport(report, join(root, 'new', 'folder'), (figures, all) =>
    told.push(`${figures}/${all}`),
  );
  expect(told).toEqual(Array.from({ length: told.length }, (_, i) => `${i}/${told.length - 1}`));
  expect(told.length).toBeGreaterThan(9);
  expect(page).toBe(join(root, 'new', 'folder', 'report.html'));
  const written = JSON.parse(readFileSync(join(root, 'new', 'folder', 'report.json'), 'utf8'));
  expect(written).toEqual(report);
  for (const variable of ['pt', 'eta', 'phi', 'mass']) {
    const { marginal, closure, median } = written.variables[variable];
    const bins = marginal.edges.length - 1;
    for (const name of ['truth', 'median', 'q16', 'q84']) {
      expect(marginal[name]).toHaveLength(bins);
      expect(marginal[name].every(Number.isFinite)).toBe(true);
    }
    expect(closure.counts).toHaveLength(50);
    expect([closure.ks, closure.pValue].every(Number.isFinite)).toBe(true);
    const { errors, ...figures } = median;
    for (const value of [...Object.values(figures), ...Object.values(errors)])
      expect(value).toEqual(expect.any(Number));
  }
  const inFigures = readdirSync(join(root, 'new', 'folder', 'figures'));
  const named = (ending: string) =>
    inFigures.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
  expect(named('.svg')).toContain('closure-phi');
  expect(named('.json')).toEqual(named('.svg'));
  expect(named('.png')).toEqual(named('.svg'));
  const spectrum = readFileSync(join(root, 'new', 'folder', 'figures', 'spectrum-pt.json'), 'utf8');
  expect(JSON.parse(spectrum)).toEqual(written.variables.pt.marginal);
  expect(readdirSync(join(root, 'new', 'folder')).sort()).toEqual([
    'figures',
    'histograms.json',
    'report.html',
    'report.json',
  ]);
  const spectra = JSON.parse(readFileSync(join(root, 'new', 'folder', 'histograms.json'), 'utf8'));
  expect(spectra['pt/true'].storage.values.slice(1, -1)).toEqual(written.variables.pt.marginal.truth);
});

test('a file where the folder should be: one line', async () => {
  writeFileSync(join(root, 'file'), '');
  const report = await exampleReport('simulation', 5);
  await expect(writeReport(report, join(root, 'file'))).rejects.toThrow(RunError);
});
