import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { planBlocks } from '../../src/sampling/plan.js';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from './closed-form-engine.js';
import { closedFormSession } from './closed-form-session.js';
import { naiveTotals } from './naive-totals.js';
import { createPlainKernel } from './plain-kernel.js';
import { studyPassWith } from './study-pass.js';
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

  test('of two blocks, equals the naive totals, and tells how many jets are done', async () => {
    // A block has at most 65 532 jets.
    const jets = 65_600;
    const table = someJets(jets);
    const done: number[] = [];
    const options = { table, task: 'simulation', samples: 1, seed: 3, edges: SOME_EDGES } as const;
    const onProgress = (count: number) => done.push(count);
    const totals = await studyPassWith(closedFormSession(), { ...options, onProgress });
    expect(planBlocks(jets, 1).blocks).toBe(2);
    const naive = await naiveTotals(closedFormSession(), table, 1, 3, SOME_EDGES);
    expect(totalsBytes(totals).equals(totalsBytes(naive))).toBe(true);
    expect(done.at(-1)).toBe(jets);
    expect(done.every((count, i) => count > (done[i - 1] ?? 0))).toBe(true);
  });

  test('with the kernel that it is given', async () => {
    const shapes: unknown[] = [];
    const options = {
      table: someJets(5),
      task: 'simulation',
      samples: 10,
      seed: 1,
      edges: SOME_EDGES,
    } as const;
    await studyPassWith(closedFormSession(), {
      ...options,
      createKernel: (shape) => {
        shapes.push(shape);
        return createPlainKernel(shape);
      },
    });
    expect(shapes).toMatchObject([{ seed: 1, edges: SOME_EDGES, samples: 10 }]);
  });

  test('refuses more samples than a study can count', async () => {
    const options = { table: someJets(5), task: 'simulation', seed: 1, edges: SOME_EDGES } as const;
    const pass = studyPassWith(closedFormSession(), { ...options, samples: 0 });
    await expect(pass).rejects.toThrow(/samples/);
  });

  test('ends before the next block once aborted, with the reason', async () => {
    const control = new AbortController();
    const done: number[] = [];
    const pass = studyPassWith(closedFormSession(), {
      table: someJets(4000),
      task: 'simulation',
      samples: 300,
      seed: 1,
      edges: SOME_EDGES,
      signal: control.signal,
      onProgress: (jets) => {
        done.push(jets);
        control.abort(new Error('enough'));
      },
    });
    await expect(pass).rejects.toThrow('enough');
    expect(done.at(-1)).toBeLessThan(4000);
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
