/**
 * Work that follows a moving slider: one piece at a time, always with the newest request, none queued. When the
 * requests stop, the last one is worked on once more as `final`.
 */
export interface Latest<Request> {
  ask(request: Request): void;
}

const REST_MILLISECONDS = 160;

/** @param work does one request; its errors are its own. */
export function latest<Request>(work: (request: Request, final: boolean) => Promise<void>): Latest<Request> {
  let waiting: Request | undefined;
  let busy = false;
  let rest: ReturnType<typeof setTimeout> | undefined;
  async function run(): Promise<void> {
    busy = true;
    while (waiting !== undefined) {
      const request = waiting;
      waiting = undefined;
      await work(request, false);
      clearTimeout(rest);
      rest = setTimeout(() => finish(request), REST_MILLISECONDS);
    }
    busy = false;
  }
  async function finish(request: Request): Promise<void> {
    if (busy) return;
    busy = true;
    await work(request, true);
    busy = false;
    if (waiting !== undefined) void run();
  }
  return {
    ask(request) {
      clearTimeout(rest);
      waiting = request;
      if (!busy) void run();
    },
  };
}

/** Draws the newest of what comes, once a frame: what makes it works on while the frame is waited for. */
export function everyFrame<Shown>(draw: (shown: Shown) => void): (shown: Shown) => void {
  let newest: Shown | undefined;
  return (shown) => {
    if (newest === undefined)
      requestAnimationFrame(() => {
        const drawn = newest!;
        newest = undefined;
        draw(drawn);
      });
    newest = shown;
  };
}
