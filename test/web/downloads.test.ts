/** Files that the page hands out, read back by somebody else's readers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { readParquet } from 'parquet-wasm';
import { readJets } from '../../src/files/read-jets.js';
import { VARIABLES } from '../../src/jets/columns.js';
import { eventKeys } from '../../src/jets/event-keys.js';
import { loadBundle } from '../../src/load-bundle.js';
import { fileOf, JETS } from '../files/files.js';
import { PROJECT_ROOT } from '../project-root.js';
import { studied, wordsOf } from './jets-view.js';
import { type OpenedPage, sitePages } from './site-pages.js';

const SAMPLES = 30;
const SEED = 7;
const JET_COUNT = JETS.gen_pt!.length;

const pages = sitePages();
let opened: OpenedPage;
beforeAll(async () => {
  opened = await pages.open({ hash: `/jets?seed=${SEED}` });
  const file = { name: 'jets.parquet', bytes: readFileSync(fileOf('jets-none.parquet')) };
  await wordsOf(opened.page, file);
  await studied(opened.page, SAMPLES);
});
afterEach(() => expect(opened.faults.splice(0)).toEqual([]));

/** Presses a button and takes what comes. */
async function download(button: string, place = '#view-jets'): Promise<{ name: string; bytes: Buffer }> {
  const { page } = opened;
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator(place).getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

describe('predictions', () => {
  /** Columns as numbers. */
  let parquet: Record<string, number[]>;

  test('as Parquet are those that Node makes of the same jets and seed', async () => {
    const { name, bytes } = await download('Predictions as Parquet');
    expect(name).toBe('predictions-simulation.parquet');
    const table = tableFromIPC(readParquet(new Uint8Array(bytes)).intoIPCStream());
    expect(table.schema.fields.map((field) => field.name)).toEqual([
      'jet_index',
      'sample_index',
      ...VARIABLES,
    ]);
    expect(Object.fromEntries(table.schema.metadata)).toMatchObject({
      bundle: expect.stringMatching(/^[0-9a-f]{64}$/),
      engine: 'wasm',
      input: createHash('sha256')
        .update(readFileSync(fileOf('jets-none.parquet')))
        .digest('hex'),
      seed: String(SEED),
      samples: String(SAMPLES),
    });
    parquet = Object.fromEntries(
      table.schema.fields.map((field) => [field.name, [...table.getChild(field.name)!].map(Number)]),
    );
    expect(parquet.jet_index).toEqual(
      Array.from({ length: JET_COUNT * SAMPLES }, (_, i) => Math.floor(i / SAMPLES)),
    );
    expect(parquet.sample_index).toEqual(Array.from({ length: JET_COUNT * SAMPLES }, (_, i) => i % SAMPLES));

    const jets = Float32Array.from(
      { length: 4 * JET_COUNT },
      (_, i) => JETS[`gen_${VARIABLES[i % 4]!}`]![i >> 2]!,
    );
    const bundle = await loadBundle(join(PROJECT_ROOT, 'models', 'simulation'));
    const expected = await bundle.condition(jets).sample({ samples: SAMPLES, seed: SEED });
    await bundle.close();
    for (let jet = 0; jet < JET_COUNT; jet++) {
      VARIABLES.forEach((variable, k) => {
        for (let sample = 0; sample < SAMPLES; sample++) {
          const here = parquet[variable]![jet * SAMPLES + sample]!;
          const there = expected[(jet * 4 + k) * SAMPLES + sample]!;
          // Float32 through a network, in two engines.
          expect(Math.abs(here - there) / Math.max(1, Math.abs(there))).toBeLessThan(2e-5);
        }
      });
    }
  });

  test('as CSV are the same numbers', async () => {
    const { name, bytes } = await download('Predictions as CSV');
    expect(name).toBe('predictions-simulation.csv');
    const [head, ...rows]: string[][] = parse(bytes);
    const columns = Object.fromEntries(head!.map((column, i) => [column, rows.map((row) => Number(row[i]))]));
    expect(Object.keys(columns)).toEqual(Object.keys(parquet));
    for (const [column, values] of Object.entries(parquet))
      expect(columns[column]!.map(Math.fround)).toEqual(values);
  });

  test('are not to be had of jets that another file has replaced', async () => {
    const { page } = opened;
    await wordsOf(page, { name: 'other.csv', bytes: readFileSync(fileOf('jets.csv')) });
    expect(await page.getByRole('button', { name: 'Predictions as CSV' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Report as JSON' }).isEnabled()).toBe(true);
  });
});

test('predictions of NanoAOD follow run, luminosityBlock, event and genJetIdx', async () => {
  const own = await pages.open({ hash: `/jets?seed=${SEED}` });
  const before = opened;
  opened = own;
  const path = fileOf('nanoaod-v9.root');
  await wordsOf(own.page, { name: 'nano.root', bytes: readFileSync(path) });
  await studied(own.page, SAMPLES);
  const { bytes } = await download('Predictions as CSV');
  opened = before;
  expect(own.faults).toEqual([]);
  const rows: Record<string, string>[] = parse(bytes, { columns: true });
  const { rows: count, columns, kept = {} } = await readJets(path, { keys: true });
  const jets = Float32Array.from(
    { length: 4 * count },
    (_, i) => columns[`gen_${VARIABLES[i % 4]!}`]![i >> 2]!,
  );
  const { run, luminosityBlock, event, genJetIdx: index } = kept as Record<string, BigInt64Array>;
  const keys = eventKeys({ run: run!, luminosityBlock: luminosityBlock!, event: event!, index: index! });
  const bundle = await loadBundle(join(PROJECT_ROOT, 'models', 'simulation'));
  const expected = await bundle.condition(jets, keys).sample({ samples: SAMPLES, seed: SEED });
  await bundle.close();
  expect(rows).toHaveLength(count * SAMPLES);
  for (const row of rows) {
    const pt = expected[4 * Number(row.jet_index) * SAMPLES + Number(row.sample_index)]!;
    // Float32 through a network, in two engines.
    expect(Math.abs(Number(row.pt) - pt) / pt).toBeLessThan(2e-5);
  }
});

describe('the report and its figures', () => {
  test('as JSON counts every jet in every closure', async () => {
    const { name, bytes } = await download('Report as JSON');
    expect(name).toBe('report.json');
    const report = JSON.parse(bytes.toString());
    expect([report.jets, report.samples, report.seed]).toEqual([JET_COUNT, SAMPLES, SEED]);
    for (const variable of VARIABLES) {
      const counts: number[] = report.variables[variable].closure.counts;
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeCloseTo(JET_COUNT, 6);
    }
  });

  test('a figure as SVG is a whole drawing with its axes, without scripts or foreign parts', async () => {
    const { name, bytes } = await download('Figure spectrum-pt as SVG');
    expect(name).toBe('spectrum-pt.svg');
    const svg = bytes.toString();
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.trimEnd()).toMatch(/<\/svg>$/);
    expect(svg).toContain('GeV');
    expect(svg).not.toMatch(/<script|<foreignObject|href=/);
  });

  test('a figure as PNG is drawn at three times its size', async () => {
    const { name, bytes } = await download('Figure closure-mass as PNG');
    expect(name).toBe('closure-mass.png');
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(900);
    expect(bytes.length).toBeGreaterThan(5000);
  });
});
