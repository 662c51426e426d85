/**
 * The Piscina pool: as many workers as threads, one session each, one block at a time each. This thread, which has
 * nothing else to do, waits for the disk to take each block's file: that took 43 ms at the least (2 vCPUs, an ext4 disk,
 * beside other work), and a block of a million predictions of the shipped network some 400 ms.
 */

import type { SessionSource } from '../engines/open.js';
import { errorFrom, InterruptedError, RunError } from '../errors.js';
import { finishDurably } from '../files/durable-file.js';
import type { TableMetadata } from '../files/table-encoding.js';
import type { Sent } from './answers-in-order.js';
import type { JetColumns } from './jet-columns.js';
import type { Journal } from './journal.js';
import { blockJets, type Plan } from './plan.js';
import type { PredictionContents } from './prediction-files.js';
import { startThreads } from './threads.js';
import type { Edges } from './totals.js';

/** Milliseconds between two looks at the workers' progress. */
const PROGRESS_INTERVAL = 200;
const GO_ON = 'finished blocks are kept, and the same command with --resume goes on';

/** What a worker is told when it starts. */
export interface WorkerSetup {
  readonly session: SessionSource;
  /** Memory shared by all threads. */
  readonly columns: JetColumns;
  readonly plan: Plan;
  /** Of all jets, [jets, 3], in such memory too: jetNumbers. */
  readonly numbers: Uint32Array;
  readonly outputDir: string;
  readonly journal: Journal;
  /** For files that carry it. */
  readonly metadata: TableMetadata;
  /** [1], shared: jets done by all workers, for the progress display. */
  readonly progress: Uint32Array;
  readonly keeps:
    | { readonly kind: 'study'; readonly edges: Edges }
    | { readonly kind: 'predictions'; readonly contents: PredictionContents };
}

/** A block's file as the worker leaves it: the pool flushes it and gives it its name. */
export interface WrittenBlock {
  readonly unfinished: string;
  readonly path: string;
}

export interface BlocksRun {
  /** Called a few times a second with the number of jets done by this pool. */
  readonly onProgress?: ((jets: number) => void) | undefined;
  /** Once aborted, blocks under way are finished and no new ones begun. */
  readonly signal?: AbortSignal | undefined;
}

export interface BlockPool {
  /**
   * Makes blocks, in this order. A failure stops the handing out; blocks under way are finished before it is thrown.
   *
   * @throws RunError where a worker fails or dies; InterruptedError where `signal` was aborted before the last block.
   */
  run(blocks: readonly number[], options?: BlocksRun): Promise<void>;
  close(): Promise<void>;
}

/** Starts the workers; they open their sessions while the first blocks wait. */
export function openPool(setup: WorkerSetup, threads: number): BlockPool {
  const pool = startThreads(new URL('./block-worker.js', import.meta.url), threads, setup);
  // A worker that dies between two blocks; one that dies in a block fails that block.
  let failure: unknown;
  pool.on('error', (error) => {
    failure ??= error;
  });

  return {
    async run(blocks, { onProgress, signal } = {}) {
      const timer = setInterval(() => onProgress?.(setup.progress[0]), PROGRESS_INTERVAL);
      let next = 0;
      const feed = async () => {
        let onDisk = Promise.resolve();
        while (next < blocks.length && failure === undefined && !signal?.aborted) {
          const written = await answer(blocks[next++]);
          // One file a thread at most waits for the disk, so that a slow one slows the run down.
          await onDisk;
          if (written) onDisk = finish(written);
        }
        await onDisk;
      };
      try {
        await Promise.all(Array.from({ length: threads }, feed));
      } finally {
        clearInterval(timer);
      }
      if (failure !== undefined) throw failure;
      if (next < blocks.length) throw new InterruptedError(`interrupted; ${GO_ON}`);
      onProgress?.(setup.progress[0]);
    },
    close: () => pool.destroy(),
  };

  /** Makes one block; undefined where something went wrong. */
  async function answer(block: number): Promise<WrittenBlock | undefined> {
    try {
      const { answer, failure: told }: Sent<WrittenBlock> = await pool.run(block);
      // Bad input stays that: another attempt would find it again.
      if (told?.code !== undefined && told.code !== 'RUN') failure ??= errorFrom(told);
      else if (told)
        failure ??= new RunError(`${told.code === undefined ? jetsOf(block) : ''}${told.message}; ${GO_ON}`);
      return answer;
    } catch (error) {
      failure ??= new RunError(`${jetsOf(block)}its worker died: ${reason(error)}; ${GO_ON}`, {
        cause: error,
      });
      return undefined;
    }
  }

  async function finish({ unfinished, path }: WrittenBlock): Promise<void> {
    try {
      await finishDurably(unfinished, path);
    } catch (error) {
      failure ??= new RunError(`${reason(error)}; ${GO_ON}`, { cause: error });
    }
  }

  function jetsOf(block: number): string {
    const { firstJet, jetCount } = blockJets(setup.plan, block);
    return `jets ${firstJet} to ${firstJet + jetCount - 1}: `;
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory (fewer --threads need less)' : String(message);
}
