/** The pool of a study's pass at work on the same blocks again and again, as a contestant. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { bundleEngine, type EngineName } from '../src/engines/open.js';
import { byVariable } from '../src/jets/columns.js';
import { openPool } from '../src/sampling/block-pool.js';
import { selectColumns, share, shareColumns } from '../src/sampling/jet-columns.js';
import { planBlocks } from '../src/sampling/plan.js';
import { jetNumbers } from '../src/stats/tau.js';
import { makeReferenceJets } from '../test/reference-detector.js';

/** Samples a jet. */
export const SAMPLES = 1000;
/** Jets of the study that blocks are taken from: some 250 blocks of a million predictions. */
const JETS = 2 ** 18;

/** Spectra of a usual study. */
const EDGES = byVariable((variable) => {
  const [first, last] = { pt: [20, 1020], eta: [-5, 5], phi: [-Math.PI, Math.PI], mass: [0, 200] }[variable];
  return Float32Array.from({ length: 101 }, (_, i) => first + ((last - first) * i) / 100);
});

/** @param journal a folder that is not there yet. @param blocks a thread, which the pool writes again each time. */
export async function studyPass(
  bundle: string,
  name: EngineName,
  journal: string,
  threads: number,
  blocks: number,
) {
  await mkdir(journal);
  const engine = await bundleEngine(bundle, name);
  const plan = planBlocks(JETS, SAMPLES);
  const jets = blocks * threads * plan.jetsPerBlock;
  const table = makeReferenceJets(jets, 1);
  const progress = new Uint32Array(new SharedArrayBuffer(4));
  const pool = openPool(
    {
      session: engine.session,
      columns: shareColumns(selectColumns(table, 'simulation', engine.inputNames)),
      plan,
      numbers: share(jetNumbers(1, 0, jets)),
      outputDir: journal,
      journal: { folder: journal, mark: 'bench' },
      metadata: {},
      progress,
      keeps: { kind: 'study', edges: EDGES },
    },
    threads,
  );
  const numbers = Array.from({ length: blocks * threads }, (_, i) => i);
  return {
    predictions: jets * SAMPLES,
    contestant: {
      work: jets * SAMPLES,
      async run(): Promise<number> {
        Atomics.store(progress, 0, 0);
        await pool.run(numbers);
        return Atomics.load(progress, 0);
      },
      check: (done: unknown) => assert.equal(done, jets),
    },
    close: () => pool.close(),
  };
}
