/** A thread of the joint study: blocks of PITs and samples with sessions of its own, and the tests of one data set. */
import { workerData } from 'node:worker_threads';
import type { Conditional } from '../model/conditional.js';
import type { Session } from '../model/session.js';
import type { SessionModule, SessionSource } from '../sampling/worker-setup.js';
import { type BlockInput, type BlockOutput, jointBlock } from './joint-blocks.js';
import { type JointInput, type JointTests, jointTests } from './joint-tests.js';

export type JointTask =
  | { readonly kind: 'block'; readonly input: BlockInput }
  | { readonly kind: 'tests'; readonly input: JointInput; readonly seed: number };

/** A session module that can also give the conditional distributions. */
export interface JointModule extends SessionModule {
  openConditional(options: unknown): Promise<Conditional>;
}

let opened: Promise<{ session: Session; conditional: Conditional }> | undefined;

async function open(): Promise<{ session: Session; conditional: Conditional }> {
  const { module, options } = workerData as SessionSource;
  const { openSession, openConditional } = (await import(module)) as JointModule;
  return { session: await openSession(options), conditional: await openConditional(options) };
}

export default async function work(task: JointTask): Promise<BlockOutput | JointTests> {
  if (task.kind === 'tests') return jointTests(task.input, task.seed);
  opened ??= open();
  const { session, conditional } = await opened;
  return jointBlock(session, conditional, task.input);
}
