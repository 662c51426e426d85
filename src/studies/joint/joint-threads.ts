/** The joint study in a pool of threads. Needs Node. */
import type { SessionModule, SessionSource } from '../../engines/open.js';
import { InterruptedError, JetIqnError, RunError } from '../../errors.js';
import type { JetsTable } from '../../jets/table.js';
import type { Task } from '../../model/tasks.js';
import { busyThreads, startThreads } from '../../sampling/threads.js';
import {
  BLOCK,
  type JointOptions,
  type JointReport,
  jointJets,
  jointStudy,
  type RunJointTask,
} from './joint-study.js';

export interface JointThreadsOptions extends JointOptions {
  readonly threads: number;
  /** Once aborted, the tests end at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * @param source its module has `openSession`, and `openConditional` where the tests can be made.
 * @returns undefined where the table has too few jets, or the engine can only sample.
 * @throws InputError where a column is missing; InterruptedError where `signal` stops it; RunError where a thread fails.
 */
export async function jointStudyInThreads(
  source: SessionSource,
  table: JetsTable,
  task: Task,
  inputNames: readonly string[],
  { threads, signal, ...options }: JointThreadsOptions,
): Promise<JointReport | undefined> {
  const count = jointJets(table.rows, options.mostJets);
  if (count === 0) return undefined;
  const module: SessionModule = await import(source.module);
  if (!module.openConditional) return undefined;
  const pool = startThreads(
    new URL('./joint-worker.js', import.meta.url),
    busyThreads(threads, count, BLOCK),
    source,
  );
  const stop = () => pool.destroy();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const run = ((name: string, task: unknown) => pool.run(task, { name })) as RunJointTask;
  try {
    return await jointStudy(run, table, task, inputNames, options);
  } catch (error) {
    if (signal?.aborted) throw new InterruptedError('interrupted in the joint tests');
    if (error instanceof JetIqnError) throw error;
    throw new RunError(`joint tests: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}
