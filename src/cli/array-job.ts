/** Which shard a batch system's array job asks for, and what its machines must agree on. */

import type { EngineName } from '../engines/open.js';
import { UsageError } from '../errors.js';
import { blockJets, planBlocks, type Shard, shardBlocks } from '../sampling/plan.js';
import { note } from './output.js';

/**
 * The shard that a batch system's environment asks for: Slurm array jobs (first task 0, or the offset removed) and
 * Kubernetes Indexed Jobs.
 *
 * @throws UsageError outside of one, and where the variables contradict each other.
 */
export function shardFromEnvironment(environment: NodeJS.ProcessEnv = process.env): Shard {
  const { SLURM_ARRAY_TASK_ID: id, SLURM_ARRAY_TASK_COUNT: tasks, JOB_COMPLETION_INDEX: pod } = environment;
  if (id && tasks) return slurmShard(Number(id), Number(tasks), environment);
  if (!pod)
    throw new UsageError(
      '--shard env: this is no task of an array job, neither SLURM_ARRAY_TASK_ID and _COUNT nor JOB_COMPLETION_INDEX is set; give --shard i/n',
    );
  const { JET_IQN_SHARDS: pods } = environment;
  if (!pods)
    throw new UsageError(
      `JOB_COMPLETION_INDEX says that this is task ${pod}, but not of how many; set JET_IQN_SHARDS too, or give --shard i/n`,
    );
  return checkedShard(Number(pod), Number(pods), 'JOB_COMPLETION_INDEX and JET_IQN_SHARDS');
}

/** What a shard is told, of --quiet too: which jets it does. */
export function shardNote(shard: Shard, jets: number, samples: number): string {
  const plan = planBlocks(jets, samples);
  const { first, end } = shardBlocks(plan.blocks, shard);
  const from = blockJets(plan, first).firstJet;
  const to = Math.min(end * plan.jetsPerBlock, jets);
  const range =
    first === end
      ? `no jets, since these ${jets} are done in ${plan.blocks} block${plan.blocks === 1 ? '' : 's'}`
      : `jets ${from} to ${to - 1} of ${jets}`;
  return `Shard ${shard.index} of ${shard.count}: ${range}.`;
}

/** Says it, and that shards of several machines are merged only where one engine made them all; ONNX Runtime is on each. */
export function sayShard(
  shard: Shard | undefined,
  jets: number,
  {
    samples,
    engine,
    quiet,
  }: { readonly samples: number; readonly engine: EngineName; readonly quiet: boolean },
): void {
  if (!shard) return;
  note(shardNote(shard, jets, samples));
  if (engine === 'auto') note('Where machines differ, give every shard --engine ort.', { quiet });
}

/** Of `--array=1-7:2` the tasks are 1, 3, 5 and 7; a list with gaps, of tasks that failed say, does not tell the shards. */
function slurmShard(id: number, tasks: number, environment: NodeJS.ProcessEnv): Shard {
  const first = Number(environment.SLURM_ARRAY_TASK_MIN || 0);
  const step = Number(environment.SLURM_ARRAY_TASK_STEP || 1);
  const last = Number(environment.SLURM_ARRAY_TASK_MAX || first + step * (tasks - 1));
  if (last - first !== step * (tasks - 1))
    throw new UsageError(
      `the array of ${tasks} tasks from ${first} to ${last} has gaps, so that it does not say which shard task ${id} is; give --shard i/n instead`,
    );
  return checkedShard((id - first) / step, tasks, 'SLURM_ARRAY_TASK_ID, _MIN, _STEP and _COUNT');
}

function checkedShard(index: number, count: number, variables: string): Shard {
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count)
    return { index, count };
  throw new UsageError(
    `${variables} give shard ${index} of ${count}; give --shard i/n with 0 ≤ i < n instead`,
  );
}
