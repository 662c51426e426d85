/** A thread of the joint study: blocks of PITs and samples with sessions of its own, and single tests of a data set. */
import { workerData } from 'node:worker_threads';
import type { Session } from '../../engines/engine.js';
import type { Conditional } from '../../model/conditional/conditional.js';
import type { SessionModule, SessionSource } from '../../sampling/worker-setup.js';
import { type TestedBlock, testBlock } from './c2st.js';
import { type BlockInput, jointBlock } from './joint-blocks.js';
import { JOINT_PARTS, type JointInput, type JointParts } from './joint-tests.js';
import { type BinnedPits, fillBins, treeScores } from './pit-trees.js';

export type JointTask =
  | { readonly kind: 'block'; readonly input: BlockInput }
  /** Bins of some jets, for the classifier. */
  | {
      readonly kind: 'bins';
      readonly binned: BinnedPits;
      readonly features: Float32Array;
      readonly sets: readonly Float32Array[];
      readonly from: number;
      readonly seed: number;
    }
  /** A block of the classifier test of one set. */
  | {
      readonly kind: 'c2st';
      readonly binned: BinnedPits;
      readonly set: number;
      readonly block: number;
      readonly seed: number;
    }
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

export default async function work(
  task: JointTask,
): Promise<BlockCounts | TestedBlock | JointParts[keyof JointParts] | undefined> {
  switch (task.kind) {
    case 'bins':
      fillBins(task.binned, task.features, task.sets, task.from, task.seed);
      return undefined;
    case 'c2st':
      return testBlock(treeScores(task.binned, task.set), task.binned.order.length, task.block, task.seed);
    case 'part':
      return JOINT_PARTS[task.part](task.input, task.seed);
    case 'block': {
      opened ??= open();
      const { session, conditional } = await opened;
      return jointBlock(session, conditional, task.input);
    }
  }
}
