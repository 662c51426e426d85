/** A computing worker and the page's handle on it. */
import type { EngineMethods } from './api.js';
import { connect, type Remote } from './remote.js';

export type Engine = Remote<EngineMethods>;

export function startEngine(): Engine {
  return connect<EngineMethods>(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
}
