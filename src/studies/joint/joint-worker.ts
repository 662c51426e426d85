/** A thread of the joint study: blocks of PITs and samples with sessions of its own, and single tests of a data set. */
import { workerData } from 'node:worker_threads';
import type { Conditional } from '../../model/conditional/conditional.js';
import type { Session } from '../../model/session.js';
import type { SessionModule, SessionSource } from '../../sampling/worker-setup.js';
import { type BlockInput, jointBlock } from './joint-blocks.js';
import { JOINT_PARTS, type JointInput, type JointParts } from './joint-tests.js';

export type JointTask =
  | { readonly kind: 'block'; readonly input: BlockInput }
  | {
      readonly kind: 'part';
      readonly part: keyof JointParts;
      readonly input: JointInput;
      readonly seed: number;
    };

/** A session module that can also give the conditional distributions. */
export interface JointModule extends SessionModule {
  openConditional(options: unknown): Promise<Conditional>;
}

type BlockCounts = Awaited<ReturnType<typeof jointBlock>>;

let opened: Promise<{ session: Session; conditional: Conditional }> | undefined;

async function open(): Promise<{ session: Session; conditional: Conditional }> {
  const { module, options } = workerData as SessionSource;
  const { openSession, openConditional } = (await import(module)) as JointModule;
  return { session: await openSession(options), conditional: await openConditional(options) };
}

export default async function work(task: JointTask): Promise<BlockCounts | JointParts[keyof JointParts]> {
  if (task.kind === 'part') return JOINT_PARTS[task.part](task.input, task.seed);
  opened ??= open();
  const { session, conditional } = await opened;
  return jointBlock(session, conditional, task.input);
}
