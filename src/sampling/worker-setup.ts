/** What a worker is told when it starts, and what it answers to a block. */

import type { Session } from '../engines/engine.js';
import type { SessionSource } from '../engines/open.js';
import type { ErrorFields } from '../errors.js';
import type { TableMetadata } from '../files/table-encoding.js';
import type { Conditional } from '../model/conditional/conditional.js';
import type { JetColumns } from './jet-columns.js';
import type { Journal } from './journal.js';
import type { Plan } from './plan.js';
import type { PredictionContents } from './predictions/prediction-files.js';
import type { Edges } from './totals.js';

export type { SessionSource };

/** What the module of a {@link SessionSource} exports. */
export interface SessionModule {
  /** A session that samples. */
  openSession(options: unknown): Promise<Session>;
  /** Absent where the engine can only sample. */
  openConditional?(options: unknown): Promise<Conditional>;
}

export interface WorkerSetup {
  readonly session: SessionSource;
  /** Memory shared by all threads. */
  readonly columns: JetColumns;
  readonly plan: Plan;
  readonly seed: number;
  readonly outputDir: string;
  readonly journal: Journal;
  /** For files that carry it. */
  readonly metadata: TableMetadata;
  /** [1], shared: jets done by all workers, for the progress display. */
  readonly progress: Uint32Array;
  readonly keeps:
    | { readonly kind: 'study'; readonly edges: Edges }
    | { readonly kind: 'predictions'; readonly contents: PredictionContents };
}

/** A block's file as the worker leaves it: the pool flushes it and gives it its name. */
export interface WrittenBlock {
  readonly unfinished: string;
  readonly path: string;
}

/** What a worker answers: the block's file, else what went wrong, since errors lose their class on the way. */
export interface BlockAnswer {
  readonly written?: WrittenBlock;
  readonly failure?: ErrorFields;
}
