/** A thread of `fold`: the folded part of one block of jets. */
import { workerData } from 'node:worker_threads';
import type { Session } from '../../engines/engine.js';
import type { SessionModule, SessionSource } from '../../engines/open.js';
import { answering } from '../../sampling/answers-in-order.js';
import type { Edges } from '../../sampling/totals.js';
import { type FoldBlock, type FoldedSpectra, foldBlock } from './fold.js';

export interface FoldSetup {
  readonly session: SessionSource;
  readonly edges: Edges;
  readonly samples: number;
  readonly seed: number;
}

const { session, edges, samples, seed } = workerData as FoldSetup;
// Opened by the first block: a thread without one may be ended at any time.
let opened: Promise<Session> | undefined;
const open = async () => ((await import(session.module)) as SessionModule).openSession(session.options);

export default answering<FoldBlock, FoldedSpectra>(async (block) => {
  opened ??= open();
  return foldBlock(await opened, block, edges, samples, seed);
});
