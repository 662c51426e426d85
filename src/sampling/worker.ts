/** The pool's other side: one session a thread; a block's number in, the name of its file out. */
import { workerData } from 'node:worker_threads';
import { errorFields } from '../errors.js';
import { openBlockMaker } from './block-maker.js';
import type { BlockAnswer, WorkerSetup } from './worker-setup.js';

const setup = workerData as WorkerSetup;
const maker = openBlockMaker(setup);
// A failure to open is the answer to the first block; until then nobody listens.
maker.catch(() => {});

export default async function work(block: number): Promise<BlockAnswer> {
  try {
    return { written: await (await maker)(block) };
  } catch (error) {
    return { failure: errorFields(error) };
  }
}
