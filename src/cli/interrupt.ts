/** Ctrl-C and SIGTERM as an AbortSignal: a run stops between two blocks or steps and what is finished stays on disk. */
import { discardUnfinished } from '../files/durable-file.js';
import { warn } from './output.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back to the process; call it on every way out. */
  dispose(): void;
}

/**
 * Listens for the first SIGINT or SIGTERM; a second one ends the process as if nobody listened.
 *
 * @param options.finishing what is done before the run ends.
 * @param options.quiet do not say so at the first one: a block may take ten seconds, and who sees nothing happen
 *   does not know whether to press again.
 */
export function interruptible({
  finishing = 'the blocks under way',
  quiet = false,
}: {
  finishing?: string;
  quiet?: boolean;
} = {}): Interrupt {
  const controller = new AbortController();
  const stop = () => {
    dispose();
    // Behind the bar of a terminal, and the ^C that it shows.
    if (process.stderr.isTTY && !quiet) process.stderr.write('\n');
    warn(`interrupted, finishing ${finishing}; a second time ends at once`, { quiet });
    controller.abort();
  };
  const dispose = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, dispose };
}

/** Has a signal for which nobody else listens end the process as ever, but without a half-written file. Call it first. */
export function tidyOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const end = () => {
      if (process.listenerCount(signal) > 1) return;
      discardUnfinished();
      process.off(signal, end);
      process.kill(process.pid, signal);
    };
    process.on(signal, end);
  }
}
