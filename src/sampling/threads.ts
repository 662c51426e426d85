/** Threads that work on blocks of jets, one block at a time each. Needs Node. */
import '../engines/no-telemetry.js';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** @param file the worker's module. @param data what each worker finds as its `workerData`. */
export function startThreads(file: URL, threads: number, data?: unknown): Piscina {
  return new Threads({
    filename: fileURLToPath(file),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    workerData: data,
    recordTiming: false,
    // Without it every task that finds no thread free goes back behind all others (piscinajs/piscina issue 1031): the
    // longest first would not be first, and an answer that others wait for could be the last.
    stricterFIFO: true,
  });
}

class Threads extends Piscina {
  /** An answer on its way while its thread is ended is an error to Piscina, and one without a listener ends the process. */
  override async destroy(): Promise<void> {
    this.on('error', () => {});
    await super.destroy();
  }
}

/** So many threads have something to do, of a table in blocks: each opens an engine of its own, which takes its time. */
export function busyThreads(threads: number, rows: number, block: number): number {
  return Math.max(1, Math.min(threads, Math.ceil(rows / block)));
}
