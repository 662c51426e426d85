/**
 * The sampling pass against the bare engine: the same graph driven by nothing but a loop of session.run, in as many
 * workers. The pass draws tau, ranks the truth, finds medians, counts spectra and journals its blocks besides.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BLOCK_JETS } from '../src/model/graph-contract.js';
import { startThreads } from '../src/sampling/threads.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import type { BareSetup } from './bare-worker.js';
import type { Bench, Contestant } from './harness.js';
import { SAMPLES, studyPass } from './study-pass.js';

/** The shipped bundles: what users run. With a random network of the same shape the pass takes a fifth longer. */
const BUNDLES: Readonly<Record<string, string>> = { paper: 'simulation-paper', amortised: 'simulation' };

export const bench: readonly Bench[] = Object.entries(BUNDLES).map(([kind, shipped]) => ({
  name: `sampling-${kind}`,
  title: `The pass of a study against a bare loop of session.run, ${kind} network, ${SAMPLES} samples a jet`,
  unit: 'predictions',
  reference: 'bare, 1 worker',
  async prepare({ quick }) {
    const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
    const bundle = join(PROJECT_ROOT, 'models', shipped);
    const blocks = quick ? 1 : kind === 'paper' ? 2 : 8;
    const closing: (() => Promise<void>)[] = [];
    const contestants: Contestant[] = [];
    for (const threads of [1, 2]) {
      const workers = threads === 1 ? '1 worker' : `${threads} workers`;
      const bare = bareLoop({ folder: bundle, samples: SAMPLES }, threads);
      const pass = await studyPass(bundle, 'ort', join(folder, `journal-${threads}`), threads, blocks);
      contestants.push(
        { name: `bare, ${workers}`, threads, ...bare.contestant(pass.predictions) },
        { name: `study, ${workers}`, threads, ...pass.contestant, ...(threads === 1 && { atLeast: 0.9 }) },
      );
      closing.push(bare.close, pass.close);
    }
    return {
      contestants,
      async close() {
        for (const close of closing) await close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
}));

function bareLoop(setup: BareSetup, threads: number) {
  const pool = startThreads(new URL('./bare-worker.js', import.meta.url), threads, setup);
  return {
    contestant: (predictions: number) => {
      const runs = Math.ceil(predictions / (threads * BLOCK_JETS * setup.samples));
      return {
        work: runs * threads * BLOCK_JETS * setup.samples,
        run: (): Promise<number[]> => Promise.all(Array.from({ length: threads }, () => pool.run(runs))),
        check: (made: unknown) => assert.ok((made as number[]).every((pt) => pt > 0)),
      };
    },
    close: () => pool.destroy(),
  };
}
