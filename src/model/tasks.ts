/** What is predicted from what. */
import type { Stage } from '../jets/columns.js';

/** simulation: gen → reco; correction: raw → gen. */
export const TASKS = ['simulation', 'correction'] as const;
/** The name of a task. */
export type Task = (typeof TASKS)[number];

/** The two jets of a task. */
export interface TaskStages {
  /** What the network reads. */
  readonly input: Stage;
  /** Whose distribution it predicts. */
  readonly target: Stage;
}

/** The jet that a task's network reads, and the one whose distribution it predicts. */
export const STAGES_OF_TASK: Readonly<Record<Task, TaskStages>> = {
  simulation: { input: 'gen', target: 'reco' },
  correction: { input: 'raw', target: 'gen' },
};
