import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { JetsTable } from '../../src/jets/table.js';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from './closed-form-engine.js';
import { closedFormSession } from './closed-form-session.js';
import { naiveTotals } from './naive-totals.js';
import { studyPassWith } from './study-pass.js';
import { totalsBytes } from './totals-bytes.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-pass-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const asked = { task: 'simulation', seed: 7, edges: SOME_EDGES } as const;
const pass = (table: JetsTable, samples: number, threads = 1) =>
  runStudyPass({
    ...{ ...asked, table, samples, threads, engine: closedFormEngine() },
    outputDir: join(folder, String(threads)),
  });

/** The last in two blocks: a block has at most 65 532 jets. */
test.each([
  [23, 1],
  [23, 2],
  [23, 9],
  [23, 100],
  [65_600, 1],
])('%i jets of %i samples have the naive totals', async (jets, samples) => {
  const table = someJets(jets);
  const { totals } = await pass(table, samples);
  const naive = await naiveTotals(closedFormSession(), table, samples, 7, SOME_EDGES);
  expect(totalsBytes(totals!).equals(totalsBytes(naive))).toBe(true);
});

test('one worker and two make what one thread makes', async () => {
  const table = someJets(4000);
  const expected = totalsBytes(await studyPassWith(closedFormSession(), { ...asked, table, samples: 300 }));
  for (const threads of [1, 2]) {
    const { totals, plan } = await pass(table, 300, threads);
    expect(plan.blocks).toBeGreaterThan(3);
    expect(totalsBytes(totals!).equals(expected)).toBe(true);
  }
});

test('without true jets ranks stay at zero, and without an input nothing is begun', async () => {
  const { rows, columns, source } = someJets(5);
  const { reco_mass: _, gen_eta: __, ...rest } = columns;
  const { totals } = await pass({ rows, columns: { ...rest, gen_eta: columns.gen_eta! }, source }, 10);
  const { less, equal, median } = totals!.variables.pt;
  expect([...less, ...equal]).toEqual(Array(10).fill(0));
  expect(median[0]).toBeGreaterThan(0);
  await expect(pass({ rows, columns: rest, source }, 10)).rejects.toThrow(
    'some-jets.parquet: has no gen_eta',
  );
});
