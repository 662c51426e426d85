/** A computing worker and the page's handle on it: the page's side of api.ts. */
import type { Answer, EngineMethods, Message } from './api.js';

export interface Engine {
  call<K extends keyof EngineMethods>(
    method: K,
    argument: EngineMethods[K]['argument'],
    options?: {
      readonly onEvent?: (event: EngineMethods[K]['event']) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<EngineMethods[K]['result']>;
  /** A new worker in place of one that could not load its parts, for it may never load them: all it held is gone. */
  restart(): void;
}

export function startEngine(): Engine {
  let current = startWorker();
  return {
    call: (...call) => current.call(...call),
    restart() {
      current.stop();
      current = startWorker();
    },
  };
}

interface OpenCall {
  readonly onEvent: ((event: never) => void) | undefined;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

function startWorker(): Pick<Engine, 'call'> & { stop(): void } {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
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
