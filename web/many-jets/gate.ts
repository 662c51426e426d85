/** A gate in a loop that runs for long: passing lets messages in, and waits while the gate is closed. */
export interface Gate {
  set(open: boolean): void;
  /** Resolves when the gate is open, or the signal aborted. */
  passed(signal: AbortSignal): Promise<void>;
}

export function makeGate(): Gate {
  let open = true;
  let opened: (() => void) | undefined;
  const channel = new MessageChannel();
  return {
    set(next) {
      open = next;
      if (open) opened?.();
    },
    async passed(signal) {
      // A message to oneself comes after those that wait already; a timer would come some milliseconds later.
      await new Promise((resolve) => {
        channel.port1.onmessage = resolve;
        channel.port2.postMessage(null);
      });
      while (!open && !signal.aborted) {
        await new Promise<void>((resolve) => {
          opened = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
  };
}
