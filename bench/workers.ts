/** The pass of a study by two workers against one: what the pool, its journal and the memory they share cost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../src/model/native/addon.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import type { Bench, Contestant } from './harness.js';
import { SAMPLES, studyPass } from './study-pass.js';

const ENGINES = ['ort', ...('addon' in loadAddon() ? (['native'] as const) : [])] as const;

export const bench: readonly Bench[] = ENGINES.map((engine) => ({
  name: `workers-${engine}`,
  title: `The pass of a study by two workers, ${engine}, the shipped simulation, ${SAMPLES} samples a jet`,
  unit: 'predictions',
  reference: '1 worker',
  async prepare({ quick }) {
    const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
    const bundle = join(PROJECT_ROOT, 'models', 'simulation');
    const closing: (() => Promise<unknown>)[] = [];
    const contestants: Contestant[] = [];
    for (const threads of [1, 2]) {
      const pass = await studyPass(
        bundle,
        engine,
        join(folder, `journal-${threads}`),
        threads,
        quick ? 1 : 8,
      );
      closing.push(pass.close);
      contestants.push({
        name: threads === 1 ? '1 worker' : `${threads} workers`,
        threads,
        ...pass.contestant,
        ...(threads === 2 && { atLeast: 1.9 }),
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
}));
