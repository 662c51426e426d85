/** The pool's other side: one session a thread; a block's number in, the name of its file out. */
import { workerData } from 'node:worker_threads';
import { kernelBeside } from '../engines/open.js';
import { errorFields } from '../errors.js';
import { writeUnfinished } from '../files/durable-file.js';
import { studyBlock } from './block.js';
import { encodeBlock } from './block-file.js';
import { blockPath, recordPath } from './journal.js';
import { writePredictions } from './predictions/write-predictions.js';
import { createStudyKernel } from './study-kernel.js';
import { spectrumEntries } from './totals.js';
import type { BlockAnswer, SessionModule, WorkerSetup, WrittenBlock } from './worker-setup.js';

const setup = workerData as WorkerSetup;
// Opened by the first block: a thread without one may be ended at any time.
let maker: ReturnType<typeof openBlockMaker> | undefined;

export default async function work(block: number): Promise<BlockAnswer> {
  try {
    maker ??= openBlockMaker(setup);
    return { written: await (await maker)(block) };
  } catch (error) {
    return { failure: errorFields(error) };
  }
}

type BlockMaker = (block: number) => Promise<WrittenBlock>;

/** Opens session and kernel, once a worker. */
async function openBlockMaker(setup: WorkerSetup): Promise<BlockMaker> {
  const { openSession }: SessionModule = await import(setup.session.module);
  const session = await openSession(setup.session.options);
  const kernel = await kernelBeside(session);
  const { columns, plan, seed, outputDir, journal, progress, keeps } = setup;
  const source = { session, columns, plan };
  const onJets = (jets: number) => Atomics.add(progress, 0, jets);
  if (keeps.kind === 'predictions') {
    const tau = createStudyKernel(kernel, { ...plan, seed });
    const { metadata } = setup;
    return async (block) => {
      const { contents } = keeps;
      const record = await writePredictions(source, tau, block, outputDir, contents, metadata, onJets);
      return written(recordPath(journal.folder, block), [`${JSON.stringify(record)}\n`]);
    };
  }
  const study = createStudyKernel(kernel, { ...plan, seed, edges: keeps.edges });
  const entries = spectrumEntries(keeps.edges);
  return async (block) => {
    const totals = await studyBlock(source, study, block, onJets);
    const { jetCount } = totals;
    const identity = { job: journal.mark, block, jetCount, samples: plan.samples, entries };
    return written(blockPath(journal.folder, block), encodeBlock(identity, totals));
  };
}

/** Not flushed: whoever is told of it does that, while this thread goes on with the next block. */
function written(path: string, parts: readonly (Uint8Array | string)[]): WrittenBlock {
  return { path, unfinished: writeUnfinished(path, parts) };
}
