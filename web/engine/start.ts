/** The page's computing worker, which can be replaced by a new one. */
import { type Connection, connect } from './connect.js';

export interface Engine extends Pick<Connection, 'call'> {
  /** A new worker in place of one that could not load its parts, for it may never load them: all it held is gone. */
  restart(): void;
}

export function startEngine(): Engine {
  const start = () => connect(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
  let current = start();
  return {
    call: (...call) => current.call(...call),
    restart() {
      current.stop();
      current = start();
    },
  };
}
