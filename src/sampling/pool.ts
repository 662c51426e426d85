/** The Piscina pool: as many workers as threads, one session each, one block at a time each. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { InterruptedError, RunError } from '../errors.js';
import { blockJets } from './plan.js';
import type { BlockAnswer, WorkerSetup } from './worker-setup.js';

/** Milliseconds between two looks at the workers' progress. */
const PROGRESS_INTERVAL = 200;

export interface PoolOptions {
  readonly setup: WorkerSetup;
  /** Numbers of the blocks to make, in this order. */
  readonly blocks: readonly number[];
  readonly threads: number;
  /** Called a few times a second with the number of jets done by this pool. */
  readonly onProgress?: ((jets: number) => void) | undefined;
  /** Once aborted, blocks under way are finished and no new ones begun. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the blocks. A failure stops the handing out of blocks; those under way are finished before it is thrown.
 *
 * @throws RunError where a worker fails or dies; InterruptedError where `signal` was aborted before the last block.
 */
export async function runPool({ setup, blocks, threads, onProgress, signal }: PoolOptions): Promise<void> {
  const workers = Math.min(threads, blocks.length);
  if (workers === 0) return;
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./worker.js', import.meta.url)),
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    workerData: setup,
    recordTiming: false,
  });
  // A worker that dies between two blocks; one that dies in a block fails that block.
  let failure: unknown;
  pool.on('error', (error) => {
    failure ??= error;
  });
  const timer = setInterval(() => onProgress?.(setup.progress[0]), PROGRESS_INTERVAL);
  let next = 0;
  const feed = async () => {
    while (next < blocks.length && failure === undefined && !signal?.aborted) {
      const block = blocks[next++];
      try {
        const { failure: told }: BlockAnswer = await pool.run(block);
        if (told) failure ??= new RunError(inBlock(block, told.message, told.foreseen));
      } catch (error) {
        failure ??= new RunError(inBlock(block, `its worker died: ${reason(error)}`, false), {
          cause: error,
        });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, feed));
  } finally {
    clearInterval(timer);
    await pool.destroy();
  }
  if (failure !== undefined) throw failure;
  if (next < blocks.length)
    throw new InterruptedError(
      'interrupted; finished blocks are kept, and the same command with --resume goes on',
    );
  onProgress?.(setup.progress[0]);

  function inBlock(block: number, message: string, foreseen: boolean): string {
    const { firstJet, jetCount } = blockJets(setup.plan, block);
    const place = foreseen ? '' : `jets ${firstJet} to ${firstJet + jetCount - 1}: `;
    return `${place}${message}; finished blocks are kept, and the same command with --resume goes on`;
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory (fewer --threads need less)' : String(message);
}
