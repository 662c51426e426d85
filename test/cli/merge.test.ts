/** `jet-iqn merge` on shards whose manifests a stranger wrote. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runStudyPass } from '../../src/sampling/run-study-pass.js';
import { makeReferenceJets } from '../reference-detector.js';
import { closedFormEngine, SOME_EDGES, someJets } from '../sampling/closed-form-engine.js';
import { makeTinyBundle } from '../tiny-bundle.js';
import { csvOf, printedBy, runLine } from './run-cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-merge-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('takes what a manifest names for a path, never for an option', async () => {
  const elsewhere = join(folder, 'elsewhere');
  await runStudyPass({
    engine: closedFormEngine(),
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
  const { code, stderr } = await runLine(
    `merge ${join(folder, 'shard')} -o ${join(folder, 'whole')} --quiet`,
  );
  expect(code).toBe(2);
  expect(stderr).toContain(`--output=${elsewhere}: has no model.json`);
  expect(existsSync(elsewhere)).toBe(false);
});

test('a merged study has joint tests of as many jets as its shard asked for', async () => {
  const [bundle, jets, shard, made] = ['bundle', 'jets.csv', 'asked', 'made'].map((name) =>
    join(folder, name),
  );
  await makeTinyBundle(bundle!, { task: 'simulation' });
  writeFileSync(jets!, csvOf(makeReferenceJets(60, 1).columns));
  const few = '--samples 20 --threads 1 --shard 0/1 --quiet';
  await printedBy(`study ${bundle} ${jets} -o ${shard} ${few} --joint-jets 45`);
  await printedBy(`merge ${shard} -o ${made} --quiet`);
  const { joint } = JSON.parse(readFileSync(join(made!, 'report.json'), 'utf8'));
  expect(joint.jets).toBe(45);
});
