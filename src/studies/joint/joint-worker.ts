/** A thread of the joint study in Node: joint-tasks.ts with the engine that the thread was started for. */
import { workerData } from 'node:worker_threads';
import type { SessionModule, SessionSource } from '../../engines/open.js';
import { jointTasks } from './joint-tasks.js';

export const { drawBlock, binJets, classifyBlock, runPart, curvesOf, scoreJets } = jointTasks(async () => {
  const { module, options } = workerData as SessionSource;
  const { openSession, openConditional } = (await import(module)) as Required<SessionModule>;
  return { session: await openSession(options), conditional: await openConditional(options) };
});
