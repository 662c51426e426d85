/** Threads that work on blocks of jets, one block at a time each. Needs Node. */
import '../engines/no-telemetry.js';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { RunError } from '../errors.js';
import { threadsThatFit } from './available-threads.js';

/**
 * @param file the worker's module. @param data what each worker finds as its `workerData`.
 * @throws RunError where memory has no room for so many.
 */
export function startThreads(file: URL, threads: number, data?: unknown): Piscina {
  const fit = threadsThatFit();
  if (threads > fit)
    throw new RunError(
      fit < 1
        ? 'the limit of memory (ulimit -v, or that of the control group) has no room for a thread; raise it'
        : `the limit of memory (ulimit -v, or that of the control group) has room for ${fit} of ${threads} threads; give --threads ${fit}, or raise it`,
    );
  return new Threads({
    filename: fileURLToPath(file),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    workerData: data,
    recordTiming: false,
    // V8 sets 512 MB of addresses aside for the code of each thread, and ends the process where a limit of them (ulimit -v)
    // is in the way. Ours is a few MB.
    resourceLimits: { codeRangeSizeMb: 64 },
    // Without it every task that finds no thread free goes back behind all others (piscinajs/piscina issue 1031): the
    // longest first would not be first, and an answer that others wait for could be the last.
    stricterFIFO: true,
  });
}

/**
 * A pool that ends no thread while it is at work: inside ONNX Runtime that ends the whole process. What waits is refused
 * when the pool ends, what runs is waited for, and what is asked afterwards starts no new threads.
 */
class Threads extends Piscina {
  readonly #running = new Set<Promise<unknown>>();
  readonly #waiting: { go(): void; refuse(error: Error): void }[] = [];
  #ended: Promise<void> | undefined;

  override async run(task: unknown, options?: Parameters<Piscina['run']>[1]): Promise<unknown> {
    if (this.#running.size >= this.options.maxThreads || this.#waiting.length > 0)
      await new Promise<void>((go, refuse) => this.#waiting.push({ go, refuse }));
    if (this.#ended) throw new Error('the threads have ended');
    const answer = super.run(task, options);
    this.#running.add(answer);
    try {
      return await answer;
    } finally {
      this.#running.delete(answer);
      this.#waiting.shift()?.go();
    }
  }

  override destroy(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    // An answer on its way while its thread is ended is an error to Piscina, and one without a listener ends the process.
    this.on('error', () => {});
    for (const { refuse } of this.#waiting.splice(0)) refuse(new Error('the threads have ended'));
    await Promise.allSettled(this.#running);
    await super.destroy();
  }
}

/** So many threads have something to do, of a table in blocks: each opens an engine of its own, which takes its time. */
export function busyThreads(threads: number, rows: number, block: number): number {
  return Math.max(1, Math.min(threads, Math.ceil(rows / block)));
}
