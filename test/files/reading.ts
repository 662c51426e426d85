/** Reading with a limit of time: for files that a reader may choke on. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome, Request } from './reading-worker.js';

export interface Reading {
  /**
   * Reads the file; a reader that takes longer than the limit is ended and has failed.
   *
   * @param user whose rights are taken from now on, where root runs the tests.
   */
  read(path: string, user?: number): Promise<Outcome & { readonly peakBytes: number }>;
  close(): Promise<void>;
}

type Ended = Outcome & { readonly peakBytes: number };

export function createReading(secondsAllowed: number): Reading {
  let worker: ChildProcess | undefined;
  /** Who waits for the file that is being read. */
  let waiting: (ended: Ended) => void = () => {};

  // A process of its own: its peak memory is only that of reading, and not what else the tests hold.
  function start(): ChildProcess {
    const started = fork(fileURLToPath(new URL('./reading-worker.js', import.meta.url)), { execArgv: [] });
    started.on('message', (ended: Ended) => waiting(ended));
    started.on('exit', (code, signal) => {
      if (started === worker) fail(`the process died: ${signal ?? `exit code ${code}`}`);
    });
    return started;
  }

  function fail(message: string): void {
    const dead = worker;
    worker = undefined;
    dead?.kill('SIGKILL');
    waiting({ kind: 'failed', message, peakBytes: 0 });
  }

  return {
    async read(path, user) {
      worker ??= start();
      const timer = setTimeout(() => fail(`no end after ${secondsAllowed} s`), secondsAllowed * 1000);
      try {
        return await new Promise((resolve) => {
          waiting = resolve;
          worker!.send({ path, ...(user !== undefined && { user }) } satisfies Request);
        });
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      const idle = worker;
      worker = undefined;
      idle?.kill();
    },
  };
}
