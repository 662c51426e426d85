/**
 * One pass over all samples of all jets in this thread, with any session: in a page, and as what the pass in a pool of
 * threads (run-study-pass.ts) must equal to the last bit.
 */

import type { Session } from '../../src/engines/engine.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { Task } from '../../src/model/tasks.js';
import { studyBlock } from '../../src/sampling/block.js';
import { selectColumns } from '../../src/sampling/jet-columns.js';
import { blockJets, planBlocks } from '../../src/sampling/plan.js';
import { addBlock, type Edges, emptyTotals, type StudyTotals } from '../../src/sampling/totals.js';
import { jetNumbers } from '../../src/stats/tau.js';
import { plainAccumulators, plainTauRows } from './plain-accumulators.js';

export interface SessionPassOptions {
  readonly table: JetsTable;
  readonly task: Task;
  readonly samples: number;
  readonly seed: number;
  readonly edges: Edges;
  /** What the session reads, as the card lists it; default the four variables. */
  readonly inputNames?: readonly string[];
}

/** The whole pass in this thread. */
export async function studyPassWith(session: Session, options: SessionPassOptions): Promise<StudyTotals> {
  const { table, task, samples, seed, edges, inputNames } = options;
  const plan = planBlocks(table.rows, samples);
  const columns = selectColumns(table, task, inputNames);
  const numbers = jetNumbers(seed, 0, table.rows);
  const source = { session, columns, plan, numbers, rows: plainTauRows(plan) };
  const accumulators = plainAccumulators(plan, edges);
  const totals = emptyTotals(table.rows, samples, edges);
  for (let block = 0; block < plan.blocks; block++)
    addBlock(totals, await studyBlock(source, accumulators, block), blockJets(plan, block).firstJet);
  return totals;
}
