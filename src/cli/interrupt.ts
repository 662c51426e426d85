/** Ctrl-C and SIGTERM as an AbortSignal: a run stops between two blocks and what is finished stays on disk. */

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back to the process; call it on every way out. */
  dispose(): void;
}

/** Listens for the first SIGINT or SIGTERM; a second one ends the process as if nobody listened. */
export function interruptible(): Interrupt {
  const controller = new AbortController();
  const stop = () => {
    dispose();
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
