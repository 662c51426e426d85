import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { studyPassWith } from '../../src/sampling/study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from './closed-form-engine.js';
import { closedFormSession } from './closed-form-session.js';
import { naiveTotals } from './naive-totals.js';
import { totalsBytes } from './totals-bytes.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-pass-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('studyPassWith', () => {
  test.each([1, 2, 9, 100])('equals the naive totals with %i samples', async (samples) => {
    const table = someJets(23);
    const options = { table, task: 'simulation', samples, seed: 3, edges: SOME_EDGES } as const;
    expect(await studyPassWith(closedFormSession(), options)).toEqual(
      await naiveTotals(closedFormSession(), table, samples, 3, SOME_EDGES),
    );
  });

  test('leaves ranks at zero without true jets', async () => {
    const { rows, columns, source } = someJets(5);
    const { reco_mass: _, ...rest } = columns;
    const { variables } = await studyPassWith(closedFormSession(), {
      table: { rows, columns: rest, source },
      task: 'simulation',
      samples: 10,
      seed: 1,
      edges: SOME_EDGES,
    });
    expect([...variables.pt.less, ...variables.pt.equal]).toEqual(Array(10).fill(0));
    expect(variables.pt.median[0]).toBeGreaterThan(0);
  });

  test('names a missing input column', async () => {
    const { rows, columns, source } = someJets(5);
    const { gen_eta: _, ...rest } = columns;
    const table = { rows, columns: rest, source };
    const pass = studyPassWith(closedFormSession(), {
      table,
      task: 'simulation',
      samples: 10,
      seed: 1,
      edges: SOME_EDGES,
    });
    await expect(pass).rejects.toThrow('some-jets.parquet: has no gen_eta');
  });
});

describe('runStudyPass', () => {
  test('equals the pass in one thread, with one worker and with two', async () => {
    const table = someJets(4000);
    const options = { table, task: 'simulation', samples: 300, seed: 7, edges: SOME_EDGES } as const;
    const expected = await studyPassWith(closedFormSession(), options);
    for (const threads of [1, 2]) {
      const { totals, plan } = await runStudyPass({
        ...options,
        engine: closedFormEngine(),
        threads,
        outputDir: join(folder, String(threads)),
      });
      expect(plan.blocks).toBeGreaterThan(3);
      expect(totalsBytes(totals!).equals(totalsBytes(expected))).toBe(true);
    }
  });
});
