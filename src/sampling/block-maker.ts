/** From a worker's setup to the one function that it runs: make a block and put it on disk. */
import { VARIABLES } from '../jets/columns.js';
import { studyBlock } from './block.js';
import { encodeBlock } from './block-file.js';
import type { Edges } from './block-totals.js';
import { writeDurably } from './durable-file.js';
import { blockPath } from './journal.js';
import { createKernel } from './kernel-node.js';
import type { SessionModule, WorkerSetup } from './worker-setup.js';

export type BlockMaker = (block: number) => Promise<void>;

/** Opens session and kernel, once a worker. */
export async function openBlockMaker(setup: WorkerSetup): Promise<BlockMaker> {
  const { openSession }: SessionModule = await import(setup.session.module);
  const session = await openSession(setup.session.options);
  const { columns, plan, seed, journal, progress, keeps } = setup;
  const source = { session, columns, plan };
  const kernel = await createKernel({ ...plan, seed, edges: keeps.edges });
  const entries = spectrumEntries(keeps.edges);
  return async (block) => {
    const totals = await studyBlock(source, kernel, block, (jets) => Atomics.add(progress, 0, jets));
    const identity = {
      job: journal.mark,
      block,
      jetCount: totals.jetCount,
      samples: plan.samples,
      entries,
    };
    writeDurably(blockPath(journal.folder, block), encodeBlock(identity, totals));
  };
}

/** Bins and overflows of pt, eta, phi, mass. */
export function spectrumEntries(edges: Edges): number[] {
  return VARIABLES.map((variable) => edges[variable].length + 1);
}
