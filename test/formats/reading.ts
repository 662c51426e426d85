/** Reading with a limit of time: for files of which nobody knows what a reader makes of them. */
import { Worker } from 'node:worker_threads';
import type { Outcome } from './reading-worker.js';

export interface Reading {
  /** Reads the file; a reader that takes longer than the limit is ended and has failed. */
  read(path: string): Promise<Outcome & { readonly peakBytes: number }>;
  close(): Promise<void>;
}

type Ended = Outcome & { readonly peakBytes: number };

export function createReading(secondsAllowed: number): Reading {
  let worker: Worker | undefined;
  /** Who waits for the file that is being read. */
  let waiting: (ended: Ended) => void = () => {};

  function start(): Worker {
    const started = new Worker(new URL('./reading-worker.js', import.meta.url));
    started.on('message', (ended: Ended) => waiting(ended));
    started.on('error', (error) => fail(`the thread died: ${error.stack}`));
    return started;
  }

  function fail(message: string): void {
    void worker?.terminate();
    worker = undefined;
    waiting({ kind: 'failed', message, peakBytes: 0 });
  }

  return {
    async read(path) {
      worker ??= start();
      const timer = setTimeout(() => fail(`no end after ${secondsAllowed} s`), secondsAllowed * 1000);
      try {
        return await new Promise((resolve) => {
          waiting = resolve;
          worker!.postMessage(path);
        });
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await worker?.terminate();
    },
  };
}
