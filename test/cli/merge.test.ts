/** `jet-iqn merge` on shards whose manifests a stranger wrote. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from '../sampling/closed-form-engine.js';
import { runCli } from './run-cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-merge-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('takes what a manifest names for a path, never for an option', async () => {
  const elsewhere = join(folder, 'elsewhere');
  await runStudyPass({
    bundleDir: closedFormEngine(),
    table: someJets(20),
    task: 'simulation',
    samples: 10,
    seed: 1,
    threads: 1,
    edges: SOME_EDGES,
    shard: { index: 0, count: 1 },
    outputDir: join(folder, 'shard'),
    request: { bundle: `--output=${elsewhere}`, jets: '--help' },
  });
  const { code, stderr } = runCli('merge', join(folder, 'shard'), '-o', join(folder, 'whole'), '--quiet');
  expect(code).toBe(2);
  expect(stderr).toContain(`--output=${elsewhere}: has no model.json`);
  expect(existsSync(elsewhere)).toBe(false);
});
