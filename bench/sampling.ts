/**
 * The sampling pass against the bare engine: the same graph driven by nothing but a loop of session.run, in as many
 * workers. The pass draws tau, ranks the truth, finds medians, counts spectra and journals its blocks besides.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { BLOCK_JETS } from '../src/model/graph-contract.js';
import type { NetworkSpec } from '../src/model/network-spec.js';
import { byVariable } from '../src/sampling/block-totals.js';
import { bundleEngine } from '../src/sampling/engine.js';
import { selectColumns, shareColumns } from '../src/sampling/jet-columns.js';
import { planBlocks } from '../src/sampling/plan.js';
import { openPool } from '../src/sampling/pool.js';
import { makeReferenceJets } from '../test/reference-detector.js';
import { makeTinyBundle } from '../test/tiny-bundle.js';
import type { BareSetup } from './bare-worker.js';
import type { Bench, Contestant } from './harness.js';

const SAMPLES = 1000;
/** Jets of the study that blocks are taken from: some 250 blocks of a million predictions. */
const JETS = 2 ** 18;

const NETWORKS: Readonly<Record<string, NetworkSpec>> = {
  paper: { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'logit' },
  amortised: amortised(24),
  tiny: amortised(8),
};

function amortised(width: number): NetworkSpec {
  const head = [width, width, width];
  const trunk = [64, 64, 64];
  return { kind: 'amortised', inputs: 4, trunk, head, slope: 0.3, tauInput: 'logit', centreAndWidth: true };
}

/** Spectra of a usual study. */
const EDGES = byVariable((variable) => {
  const [first, last] = { pt: [20, 1020], eta: [-5, 5], phi: [-Math.PI, Math.PI], mass: [0, 200] }[variable];
  return Float32Array.from({ length: 101 }, (_, i) => first + ((last - first) * i) / 100);
});

export const bench: readonly Bench[] = Object.keys(NETWORKS).map((kind) => ({
  name: `sampling-${kind}`,
  title: `The pass of a study against a bare loop of session.run, ${kind} network, ${SAMPLES} samples a jet`,
  unit: 'predictions',
  reference: 'bare, 1 worker',
  async prepare({ quick }) {
    const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
    const bundle = join(folder, kind);
    await makeTinyBundle(bundle, { network: NETWORKS[kind] });
    const blocks = quick ? 1 : kind === 'paper' ? 2 : 8;
    const closing: (() => Promise<void>)[] = [];
    const contestants: Contestant[] = [];
    for (const threads of [1, 2]) {
      const workers = threads === 1 ? '1 worker' : `${threads} workers`;
      const bare = bareLoop({ folder: bundle, samples: SAMPLES }, threads);
      const pass = await studyPass(bundle, join(folder, `journal-${threads}`), threads, blocks);
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
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./bare-worker.js', import.meta.url)),
    minThreads: threads,
    maxThreads: threads,
    workerData: setup,
  });
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

/** The pool of runStudyPass at work on the same blocks again and again, which it writes anew each time. */
async function studyPass(bundle: string, journal: string, threads: number, blocks: number) {
  await mkdir(journal);
  const engine = await bundleEngine(bundle, 'ort');
  const plan = planBlocks(JETS, SAMPLES);
  const jets = blocks * threads * plan.jetsPerBlock;
  const table = makeReferenceJets(jets, 1);
  const progress = new Uint32Array(new SharedArrayBuffer(4));
  const pool = openPool(
    {
      session: engine.session,
      columns: shareColumns(selectColumns(table, 'simulation', engine.inputNames)),
      plan,
      seed: 1,
      outputDir: journal,
      journal: { folder: journal, mark: 'bench' },
      metadata: '',
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
