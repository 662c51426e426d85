/** A computing worker and the page's handle on it. */
import type { EngineMethods } from './api.js';
import { connect, type Remote } from './remote.js';

export interface Engine extends Pick<Remote<EngineMethods>, 'call'> {
  /** A new worker in place of one that could not load its parts, for it may never load them: all it held is gone. */
  restart(): void;
}

export function startEngine(): Engine {
  let remote = startWorker();
  return {
    call: (...call) => remote.call(...call),
    restart() {
      remote.terminate();
      remote = startWorker();
    },
  };
}

function startWorker(): Remote<EngineMethods> {
  return connect<EngineMethods>(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
}
