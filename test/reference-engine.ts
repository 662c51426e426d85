/** The reference detector as the pool takes it; as a module it is what workers open. */
import type { Session } from '../src/engines/engine.js';
import type { SamplingEngine } from '../src/engines/open.js';
import { VARIABLES } from '../src/jets/columns.js';
import { referenceSession } from './reference-detector.js';

export async function openSession(): Promise<Session> {
  return referenceSession();
}

export function referenceEngine(): SamplingEngine {
  return {
    session: { module: import.meta.url, options: {} },
    engine: 'reference',
    bundle: { name: 'reference', sha256: '0'.repeat(64) },
    inputNames: VARIABLES,
    versions: {},
  };
}
