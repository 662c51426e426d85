/** A gate in a loop that runs for long: passing lets messages in, and waits while the gate is closed. */
export interface Gate {
  set(open: boolean): void;
  /** Resolves when the gate is open, or the signal aborted. */
  passed(signal: AbortSignal): Promise<void>;
}

export function makeGate(): Gate {
  let open = true;
  const waiting = new Set<() => void>();
  const channel = new MessageChannel();
  channel.port1.start();
  return {
    set(next) {
      open = next;
      if (!open) return;
      for (const go of waiting) go();
      waiting.clear();
    },
    async passed(signal) {
      // A message to oneself comes after those that wait already; a timer would come some milliseconds later.
      await new Promise((resolve) => {
        channel.port1.addEventListener('message', resolve, { once: true });
        channel.port2.postMessage(null);
      });
      while (!open && !signal.aborted) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
  };
}
