/** The page's side of calls.ts: a worker as an object with one `call`. */
import type { Answer, CallMessage, CancelMessage, Failure, Methods } from './calls.js';

/** A call that failed, in words for the page. */
export class CallError extends Error {
  override name = 'CallError';
  constructor(
    message: string,
    /** Whether the message says what was wrong with the input; else it is a fault of the page. */
    readonly foreseen: boolean,
    readonly aborted: boolean,
  ) {
    super(message);
  }
}

export interface CallOptions<Event> {
  readonly onEvent?: (event: Event) => void;
  readonly signal?: AbortSignal;
}

export interface Remote<M extends Methods<M>> {
  call<K extends keyof M & string>(
    method: K,
    argument: M[K]['argument'],
    options?: CallOptions<M[K]['event']>,
  ): Promise<M[K]['result']>;
  /** Stops the worker at once; open calls fail as aborted. */
  terminate(): void;
}

interface OpenCall {
  readonly onEvent: ((event: never) => void) | undefined;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export function connect<M extends Methods<M>>(worker: Worker): Remote<M> {
  const open = new Map<number, OpenCall>();
  let next = 0;
  let dead: Failure | undefined;
  const failAll = (failure: Failure) => {
    dead = failure;
    for (const { reject } of open.values()) reject(errorOf(failure));
    open.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const call = open.get(data.id);
    if (!call) return;
    if ('event' in data) {
      call.onEvent?.(data.event as never);
      return;
    }
    open.delete(data.id);
    if ('failure' in data) call.reject(errorOf(data.failure));
    else call.resolve(data.result as never);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const message =
      event.message || 'its program could not be loaded; check the connection and reload the page';
    failAll({ message: `The computing worker failed: ${message}`, foreseen: true, aborted: false });
  });
  return {
    call(method, argument, { onEvent, signal } = {}) {
      if (dead) return Promise.reject(errorOf(dead));
      const id = next++;
      const cancel = () => worker.postMessage({ cancel: id } satisfies CancelMessage);
      return new Promise((resolve, reject) => {
        open.set(id, { onEvent, resolve, reject });
        worker.postMessage({ id, method, argument } satisfies CallMessage);
        if (signal?.aborted) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      });
    },
    terminate() {
      worker.terminate();
      failAll({ message: 'stopped', foreseen: true, aborted: true });
    },
  };
}

function errorOf({ message, foreseen, aborted }: Failure): CallError {
  return new CallError(message, foreseen, aborted);
}
