/** A handle on a computing worker: the other side of api.ts. */
import type { Answer, EngineMethods, Message } from './api.js';

export interface Connection {
  call<K extends keyof EngineMethods>(
    method: K,
    argument: EngineMethods[K]['argument'],
    options?: {
      readonly onEvent?: (event: EngineMethods[K]['event']) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<EngineMethods[K]['result']>;
  /** Ends the worker; what it was asked fails. */
  stop(): void;
}

interface OpenCall {
  readonly onEvent: ((event: never) => void) | undefined;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** @param worker that runs worker.ts. */
export function connect(worker: Worker): Connection {
  const open = new Map<number, OpenCall>();
  let next = 0;
  let dead: Error | undefined;
  const fail = (message: string) => {
    dead = new Error(message);
    for (const { reject } of open.values()) reject(dead);
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
    if ('failure' in data) call.reject(new Error(data.failure));
    else call.resolve(data.result as never);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const message =
      event.message || 'its program could not be loaded; check the connection and reload the page';
    fail(`The computing worker failed: ${message}`);
  });
  const post = (message: Message) => worker.postMessage(message);
  return {
    call(method, argument, { onEvent, signal } = {}) {
      if (dead) return Promise.reject(dead);
      const id = next++;
      const cancel = () => post({ cancel: id });
      return new Promise((resolve, reject) => {
        open.set(id, { onEvent, resolve, reject });
        post({ id, method, argument: argument as never });
        if (signal?.aborted) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      });
    },
    stop() {
      worker.terminate();
      fail('stopped');
    },
  };
}
