/**
 * One pass over all samples of all jets in this thread, with any session: in a page, and as what the pass in a pool of
 * threads (run-study-pass.ts) must equal to the last bit.
 */

import type { Session } from '../../src/engines/engine.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { Task } from '../../src/model/tasks.js';
import { studyBlock } from '../../src/sampling/block.js';
import { selectColumns } from '../../src/sampling/jet-columns.js';
import { blockJets, checkStudySamples, planBlocks } from '../../src/sampling/plan.js';
import type { StudyKernel } from '../../src/sampling/study-kernel.js';
import type { StudyTotals } from '../../src/sampling/totals.js';
import { addBlock, type Edges, emptyTotals } from '../../src/sampling/totals.js';
import { createPlainKernel } from './plain-kernel.js';

export interface SessionPassOptions {
  readonly table: JetsTable;
  readonly task: Task;
  readonly samples: number;
  readonly seed: number;
  readonly edges: Edges;
  /** What the session reads, as the card lists it; default the four variables. */
  readonly inputNames?: readonly string[];
  /** Called with the number of jets done. */
  readonly onProgress?: (jets: number) => void;
  /** The kernel to use instead of the plain one. */
  readonly createKernel?: (shape: Parameters<typeof createPlainKernel>[0] & { edges: Edges }) => StudyKernel;
  /** Aborts between two blocks: the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** The whole pass in this thread. */
export async function studyPassWith(session: Session, options: SessionPassOptions): Promise<StudyTotals> {
  const { table, task, samples, seed, edges, inputNames, onProgress, signal } = options;
  checkStudySamples(samples);
  const plan = planBlocks(table.rows, samples);
  const columns = selectColumns(table, task, inputNames);
  const kernel = (options.createKernel ?? createPlainKernel)({ ...plan, seed, edges });
  const totals = emptyTotals(table.rows, samples, edges);
  let done = 0;
  for (let block = 0; block < plan.blocks; block++) {
    signal?.throwIfAborted();
    const part = await studyBlock({ session, columns, plan }, kernel, block, (jets) => {
      done += jets;
      onProgress?.(done);
    });
    addBlock(totals, part, blockJets(plan, block).firstJet);
  }
  return totals;
}
