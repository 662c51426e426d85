/** A weighted table of jets → the expected spectra, in a pool of threads. Needs Node. */

import type { SamplingEngine } from '../engines/open.js';
import { InputError, JetIqnError, RunError } from '../errors.js';
import { byVariable, VARIABLES } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import type { Task } from '../model/tasks.js';
import { answersInOrder } from '../sampling/answers-in-order.js';
import { gatherRows, selectColumns } from '../sampling/jet-columns.js';
import { busyThreads, startThreads } from '../sampling/threads.js';
import type { Edges } from '../sampling/totals.js';
import { keysFrom } from '../stats/tau.js';
import { emptySpectra, type FoldBlock, type FoldedSpectra, type FoldSetup } from './fold-worker.js';
import { spectrumEdges } from './spectrum-edges.js';

/** Jets a block. */
const BLOCK = 2048;

export interface FoldOptions {
  readonly samples: number;
  readonly seed: number;
  readonly threads: number;
  /** Column of weights; without it every jet counts 1. */
  readonly weight?: string | undefined;
  /** Edges of spectra, increasing; a variable left out gets those that suit the input jets. */
  readonly edges?: Partial<Edges> | undefined;
  readonly onProgress?: ((jets: number) => void) | undefined;
}

export interface FoldResult {
  readonly edges: Edges;
  readonly spectra: FoldedSpectra;
  readonly jets: number;
  /** Sum of weights, and how many of them are negative. */
  readonly weight: number;
  readonly negative: number;
}

/**
 * The blocks' parts are added in the order of the jets, so the sums do not depend on the threads.
 *
 * @throws InputError where a column is missing or a weight is no number.
 */
export async function runFold(
  engine: SamplingEngine,
  table: JetsTable,
  task: Task,
  options: FoldOptions,
): Promise<FoldResult> {
  const { samples, seed, threads, onProgress } = options;
  const { inputs } = selectColumns(table, task, engine.inputNames);
  const weights = weightsOf(table, options.weight);
  const edges = byVariable(
    (variable, step) => options.edges?.[variable] ?? spectrumEdges(variable, inputs[step]),
  );
  const setup: FoldSetup = { session: engine.session, edges, samples, seed };
  const pool = startThreads(
    new URL('./fold-worker.js', import.meta.url),
    busyThreads(threads, table.rows, BLOCK),
    setup,
  );
  const spectra = emptySpectra(edges);
  try {
    const block = (firstJet: number, count: number): FoldBlock => {
      const jets = new Float32Array(count * inputs.length);
      gatherRows(jets, inputs, firstJet, count);
      const keys = keysFrom(table.key ?? 0, firstJet, count);
      return { keys, jets, weights: weights.slice(firstJet, firstJet + count) };
    };
    for await (const made of answersInOrder<FoldedSpectra>(pool, table.rows, BLOCK, block)) {
      addSpectra(spectra, made.answer);
      onProgress?.(made.firstJet + made.count);
    }
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    throw new RunError(`fold: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await pool.destroy();
  }
  return {
    edges,
    spectra,
    jets: table.rows,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    negative: weights.filter((weight) => weight < 0).length,
  };
}

function weightsOf({ columns, rows, source }: JetsTable, name: string | undefined): Float32Array {
  if (name === undefined) return new Float32Array(rows).fill(1);
  const weights = columns[name];
  if (!weights) throw new InputError(source.name, `has no column ${name}, which --weight names`);
  const bad = weights.findIndex((weight) => !Number.isFinite(weight));
  if (bad >= 0) throw new InputError(source.name, `row ${bad + 1}: ${name} is ${weights[bad]}, no weight`);
  return weights;
}

/** Adds one block's part, in place. */
export function addSpectra(total: FoldedSpectra, part: FoldedSpectra): void {
  for (const variable of VARIABLES)
    for (const of of ['expected', 'variance'] as const)
      part[variable][of].forEach((value, bin) => {
        total[variable][of][bin] += value;
      });
}
