/** A thread of `fold`: the folded part of one block of jets. */
import { workerData } from 'node:worker_threads';
import { answering } from '../../sampling/answers-in-order.js';
import type { Edges } from '../../sampling/totals.js';
import type { SessionModule, SessionSource } from '../../sampling/worker-setup.js';
import { type FoldBlock, type FoldedSpectra, foldBlock } from './fold.js';

export interface FoldSetup {
  readonly session: SessionSource;
  readonly edges: Edges;
  readonly samples: number;
  readonly seed: number;
}

const { session, edges, samples, seed } = workerData as FoldSetup;
const opened = import(session.module).then((module: SessionModule) => module.openSession(session.options));
opened.catch(() => {});

export default answering<FoldBlock, FoldedSpectra>(async (block) =>
  foldBlock(await opened, block, edges, samples, seed),
);
