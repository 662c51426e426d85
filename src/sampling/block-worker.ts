/** A thread of block-pool.ts: one session; a block's number in, the name of its file out. */
import { workerData } from 'node:worker_threads';
import { kernelBeside, type SessionModule } from '../engines/open.js';
import { writeUnfinished } from '../files/durable-file.js';
import { openAccumulators, openTauRows } from './accumulators.js';
import { answering } from './answers-in-order.js';
import { studyBlock } from './block.js';
import { blockIdentity, encodeBlock } from './block-file.js';
import type { WorkerSetup, WrittenBlock } from './block-pool.js';
import { blockPath, recordPath } from './journal.js';
import { writePredictions } from './write-predictions.js';

type BlockMaker = (block: number) => Promise<WrittenBlock>;

// Opened by the first block: a thread without one may be ended at any time.
let maker: Promise<BlockMaker> | undefined;

export default answering(async (block: number) => {
  maker ??= openBlockMaker(workerData as WorkerSetup);
  return (await maker)(block);
});

/** Opens session and kernel, once a worker. */
async function openBlockMaker(setup: WorkerSetup): Promise<BlockMaker> {
  const { openSession }: SessionModule = await import(setup.session.module);
  const session = await openSession(setup.session.options);
  const kernel = await kernelBeside(session);
  const { columns, plan, numbers, outputDir, journal, progress, keeps } = setup;
  const source = { session, columns, plan, numbers, rows: openTauRows(kernel, plan) };
  const onJets = (jets: number) => Atomics.add(progress, 0, jets);
  if (keeps.kind === 'predictions')
    return async (block) => {
      const record = await writePredictions(source, block, outputDir, keeps.contents, setup.metadata, onJets);
      return written(recordPath(journal.folder, block), [`${JSON.stringify(record)}\n`]);
    };
  const accumulators = openAccumulators(kernel, plan, keeps.edges);
  return async (block) => {
    const totals = await studyBlock(source, accumulators, block, onJets);
    const identity = blockIdentity(journal, plan, keeps.edges, block);
    return written(blockPath(journal.folder, block), encodeBlock(identity, totals));
  };
}

/** Not flushed: whoever is told of it does that, while this thread goes on with the next block. */
function written(path: string, parts: readonly (Uint8Array | string)[]): WrittenBlock {
  return { path, unfinished: writeUnfinished(path, parts) };
}
