/** What is predicted from what. */
import type { Stage } from '../jets/columns.js';

/** simulation: gen → reco; correction: raw → gen. */
export const TASKS = ['simulation', 'correction'] as const;
export type Task = (typeof TASKS)[number];

/** The jet that a task's network reads, and the one whose distribution it predicts. */
export const STAGES_OF_TASK: Readonly<Record<Task, { input: Stage; target: Stage }>> = {
  simulation: { input: 'gen', target: 'reco' },
  correction: { input: 'raw', target: 'gen' },
};
