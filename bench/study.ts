/**
 * The pass of a study with the shipped simulation against what anybody could do with the paper's network: a loop of
 * ONNX Runtime's session.run and nothing else. The pass draws tau, ranks the truth, finds medians, counts spectra and
 * journals its blocks too.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../src/engines/addon.js';
import { BLOCK_JETS } from '../src/model/graph-contract.js';
import { startThreads } from '../src/sampling/threads.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import type { Bench, Contestant } from './harness.js';
import { SAMPLES, studyPass } from './study-pass.js';

const REFERENCE = 'paper network, bare onnxruntime';
const MODELS = join(PROJECT_ROOT, 'models');
const FASTEST = 'addon' in loadAddon() ? 'native' : 'ort';

export const bench: Bench = {
  name: 'study',
  title: `The pass of a study against a bare loop of session.run, ${SAMPLES} samples a jet`,
  unit: 'predictions',
  reference: REFERENCE,
  async prepare({ quick }) {
    const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
    const bare = bareLoop(join(MODELS, 'simulation-paper'), quick ? 1e5 : 2e6);
    const contestants: Contestant[] = [{ name: REFERENCE, ...bare.contestant }];
    const closing: (() => Promise<void>)[] = [bare.close];
    for (const [model, engine, workers, atLeast] of [
      ['simulation-paper', 'ort', 1, 0.9],
      ['simulation', 'ort', 1, undefined],
      ['simulation', FASTEST, 1, FASTEST === 'native' ? 10 : undefined],
      ['simulation', FASTEST, 2, undefined],
    ] as const) {
      const name = `${model}, ${engine}, ${workers} worker${workers > 1 ? 's' : ''}`;
      if (contestants.some((contestant) => contestant.name === name)) continue;
      const pass = await studyPass(join(MODELS, model), engine, join(folder, name), workers, quick ? 1 : 4);
      closing.push(pass.close);
      contestants.push({
        name,
        threads: workers,
        ...pass.contestant,
        ...(atLeast !== undefined && { atLeast }),
      });
    }
    return {
      contestants,
      async close() {
        for (const close of closing) await close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

/** One worker, about so many predictions a call. */
function bareLoop(bundle: string, predictions: number) {
  const pool = startThreads(new URL('./loop-worker.js', import.meta.url), 1, {
    of: 'session.run',
    folder: bundle,
    samples: SAMPLES,
  });
  const runs = Math.ceil(predictions / (BLOCK_JETS * SAMPLES));
  return {
    contestant: {
      work: runs * BLOCK_JETS * SAMPLES,
      run: (): Promise<number> => pool.run(runs),
      check: (pt: unknown) => assert.ok((pt as number) > 0),
    },
    close: () => pool.destroy(),
  };
}
