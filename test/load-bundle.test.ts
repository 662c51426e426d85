import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tableFromArrays } from 'apache-arrow';
import { loadBundle, type NodeBundle } from '../src/load-bundle.js';
import { makeReferenceJets } from './reference-detector.js';
import { makeTinyBundle } from './tiny-bundle.js';

const JETS = 600;
const { columns } = makeReferenceJets(JETS, 8);
const NAMES = ['pt', 'eta', 'phi', 'mass'];
const rows = (stage: 'gen' | 'reco') =>
  Float32Array.from({ length: 4 * JETS }, (_, i) => columns[`${stage}_${NAMES[i % 4]}` as 'gen_pt']![i >> 2]);

const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-load-'));
let here: NodeBundle;
let threads: NodeBundle;
beforeAll(async () => {
  await makeTinyBundle(folder, { task: 'simulation' });
  here = await loadBundle(folder);
  threads = await loadBundle(folder, { threads: 2 });
});
afterAll(async () => {
  await here.close();
  await threads.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('worker threads', () => {
  test('answer what this thread answers, every jet in its place', async () => {
    const [one, two] = [here, threads].map((bundle) => bundle.condition(rows('gen'), 11));
    const tau = Float32Array.from({ length: 4 * JETS }, (_, i) => ((i % 97) + 1) / 99);
    expect(await two!.sample({ samples: 9, seed: 2 })).toEqual(await one!.sample({ samples: 9, seed: 2 }));
    expect(await two!.quantile(tau)).toEqual(await one!.quantile(tau));
    expect(await two!.cdf(rows('reco'))).toEqual(await one!.cdf(rows('reco')));
    const levels = [0.1, 0.5];
    expect(await two!.marginalQuantiles(levels, { samples: 20 })).toEqual(
      await one!.marginalQuantiles(levels, { samples: 20 }),
    );
    expect(await two!.pit(rows('reco'))).toEqual(await one!.pit(rows('reco')));
  });

  test('leave this one free, and take Arrow tables', async () => {
    const table = tableFromArrays(columns as Record<string, Float32Array>);
    const made = await threads.condition(table).sample({ samples: 3 });
    expect([made.numRows, made.getChild('jet_index')!.get(3 * JETS - 1)]).toEqual([3 * JETS, JETS - 1]);
    const expected = await here.condition(table).sample({ samples: 3 });
    expect(made.getChild('pt')!.toArray()).toEqual(expected.getChild('pt')!.toArray());
  });

  test('can be closed, and started again by the next question', async () => {
    await threads.close();
    const jet = rows('gen').subarray(0, 4);
    expect(await threads.condition(jet).median({ samples: 10 })).toEqual(
      await here.condition(jet).median({ samples: 10 }),
    );
  });

  test('that all fail are told as one error, and the process lives on', async () => {
    const changed = mkdtempSync(join(tmpdir(), 'jet-iqn-load-'));
    await makeTinyBundle(changed, { task: 'simulation' });
    const bundle = await loadBundle(changed, { threads: 2 });
    await makeTinyBundle(changed, { task: 'correction' });
    await expect(bundle.condition(rows('gen')).median()).rejects.toThrow(
      /bundle changed since it was loaded/,
    );
    await bundle.close();
    rmSync(changed, { recursive: true });
  });
});

test.each([-1, 1.5])('%d threads are refused', async (count) => {
  await expect(loadBundle(folder, { threads: count })).rejects.toThrow(/whole number from 0 on/);
});
