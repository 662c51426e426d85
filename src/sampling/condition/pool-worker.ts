/** A thread of pool.ts: answers for some jets, with engines of its own. */
import { workerData } from 'node:worker_threads';
import { BundleError } from '../../errors.js';
import { answering } from '../answers-in-order.js';
import type { OpenBundle } from './open-bundle.js';
import type { ConditionTask, PoolSource } from './pool.js';

// Opened by the first question: a thread without one may be ended at any time.
let opened: Promise<OpenBundle> | undefined;

async function open({ folder, sha256 }: PoolSource): Promise<OpenBundle> {
  const { loadBundle } = await import('./load-bundle.js');
  const bundle = await loadBundle(folder);
  if (bundle.sha256 !== sha256)
    throw new BundleError(folder, 'the bundle changed since it was loaded; put the first one back');
  return bundle;
}

export default answering(async ({ jets, firstJet, method, values }: ConditionTask): Promise<unknown> => {
  opened ??= open(workerData as PoolSource);
  const condition = (await opened).condition(jets, firstJet);
  return (condition[method] as (...values: readonly unknown[]) => Promise<unknown>)(...values);
});
