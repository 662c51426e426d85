/** Quantiles, CDFs and densities of many jets into one table, in the pool. Needs Node. */

import type { SamplingEngine } from '../../engines/open.js';
import { InputError, JetIqnError, RunError } from '../../errors.js';
import { schemaOf, type TableSchema } from '../../files/table-encoding.js';
import type { TableFormat } from '../../files/table-formats.js';
import { openTableWriter } from '../../files/table-writer.js';
import { columnsOf } from '../../jets/columns.js';
import type { JetsTable } from '../../jets/table.js';
import type { ModelCard } from '../../model/card.js';
import { STAGES_OF_TASK } from '../../model/tasks.js';
import { answersInOrder } from '../answers-in-order.js';
import { gatherRows, selectColumns } from '../jet-columns.js';
import { fileMetadata } from '../job.js';
import {
  cdfSchema,
  EFFECTIVE_SAMPLES,
  LOG_DENSITY,
  quantileSchema,
  refuseTwice,
} from '../predictions/prediction-files.js';
import { busyThreads, startThreads } from '../threads.js';
import type { PredictAnswer, PredictRequest, PredictTask } from './predict-worker.js';

/** Jets a block. */
const BLOCK = 1000;

export interface PredictOptions extends PredictRequest {
  readonly engine: SamplingEngine;
  readonly card: ModelCard;
  readonly table: JetsTable;
  readonly output: string;
  readonly format: TableFormat;
  /** What the file says of the prior. */
  readonly priorName?: string | undefined;
  readonly threads: number;
  readonly onProgress?: ((jets: number) => void) | undefined;
}

export interface PredictResult {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Values that the model cannot give: their CDF is 0 or 1 and their density 0. */
  readonly beyond: number;
  /** How often a jet's quantiles of a variable cross. */
  readonly crossed: number;
  /** Under a prior: jets with fewer than 100 effective samples, and with none, whose row is NaN. */
  readonly few: number;
  readonly none: number;
  /** Under a prior: samples of weight 0 because training had no jets like them. */
  readonly untrained: number;
}

/**
 * @throws InputError where the table lacks the model's inputs, or, for CDFs and densities, the target jets.
 */
export async function runPredict(options: PredictOptions): Promise<PredictResult> {
  const { engine, card, table, output, format, threads, priorName, onProgress } = options;
  const { quantiles, cdf, density, prior, samples, seed } = options;
  const request: PredictRequest = { quantiles, cdf, density, prior, samples, seed };
  const inputNames = card.inputs.map(({ column }) => column);
  const { inputs, gen } = selectColumns(table, card.task, inputNames);
  const asksTargets = cdf || density;
  if (asksTargets && !gen) {
    const names = columnsOf(STAGES_OF_TASK[card.task].target).join(', ');
    throw new InputError(
      table.source.name,
      `CDFs and densities are asked at the values of ${names}; add them`,
    );
  }
  const { kept = {} } = table;
  const ours: TableSchema = [
    { name: 'jet_index', type: 'uint32' },
    ...quantileSchema(quantiles),
    ...(cdf ? cdfSchema() : []),
    ...(density ? [LOG_DENSITY] : []),
    ...(prior ? [EFFECTIVE_SAMPLES] : []),
  ];
  refuseTwice(
    ours.map(({ name }) => name),
    Object.keys(kept),
  );
  const schema = [...ours.slice(0, 1), ...schemaOf(kept), ...ours.slice(1)];
  const metadata = fileMetadata({
    bundle: engine.bundle.sha256,
    engine: engine.engine,
    input: table.source.sha256,
    seed,
    samples,
    prior: priorName,
  });
  const writer = await openTableWriter(output, format, schema, metadata);
  const pool = startThreads(
    new URL('./predict-worker.js', import.meta.url),
    busyThreads(threads, table.rows, BLOCK),
    { source: engine.session, request },
  );
  let [beyond, crossed, few, none, untrained] = [0, 0, 0, 0, 0];
  try {
    const task = (firstJet: number, count: number): PredictTask => {
      const jets = new Float32Array(count * inputs.length);
      gatherRows(jets, inputs, firstJet, count);
      if (!asksTargets || !gen) return { firstJet, jets };
      const targets = new Float32Array(4 * count);
      gatherRows(targets, gen, firstJet, count);
      return { firstJet, jets, targets };
    };
    for await (const made of answersInOrder<PredictAnswer>(pool, table.rows, BLOCK, task)) {
      const { firstJet, count, answer } = made;
      const jetIndex = Uint32Array.from({ length: count }, (_, i) => firstJet + i);
      const keptRows = Object.entries(kept).map(([name, values]) => [
        name,
        values.subarray(firstJet, firstJet + count),
      ]);
      await writer.write({ jet_index: jetIndex, ...Object.fromEntries(keptRows), ...answer.columns });
      beyond += answer.outside;
      crossed += answer.crossed;
      few += answer.few;
      none += answer.none;
      untrained += answer.untrained;
      onProgress?.(firstJet + count);
    }
    const { rows } = await writer.close();
    return { rows, columns: schema.map(({ name }) => name), beyond, crossed, few, none, untrained };
  } catch (error) {
    await writer.discard().catch(() => {});
    if (error instanceof JetIqnError) throw error;
    throw new RunError(`predict: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await pool.destroy();
  }
}
