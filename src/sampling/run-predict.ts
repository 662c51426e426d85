/** Quantiles, CDFs and densities of many jets into one table, in a pool of threads. Needs Node. */

import type { SamplingEngine } from '../engines/open.js';
import { InputError } from '../errors.js';
import { schemaOf, type TableSchema } from '../files/table-encoding.js';
import type { TableFormat } from '../files/table-formats.js';
import { openTableWriter } from '../files/table-writer.js';
import { columnsOf, VARIABLES } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import type { ModelCard } from '../model/card.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import { keysFrom } from '../stats/tau.js';
import { openConditionPool, type PooledCondition } from './condition-pool.js';
import { gatherRows, selectColumns } from './jet-columns.js';
import { fileMetadata } from './job.js';
import {
  cdfSchema,
  EFFECTIVE_SAMPLES,
  LOG_DENSITY,
  predictedVariables,
  quantileColumn,
  quantileSchema,
  refuseTwice,
  type Variation,
} from './prediction-files.js';
import { FEW_SAMPLES, type Prior } from './prior.js';
import { busyThreads } from './threads.js';

/** Jets a thread that are asked about at once. */
const JETS_A_THREAD = 500;

/** What to compute for each jet. */
interface PredictRequest {
  /** Marginal quantiles, levels in (0, 1). */
  readonly quantiles: readonly number[];
  readonly cdf: boolean;
  readonly density: boolean;
  /** Quantiles are those under this spectrum of target jets. */
  readonly prior?: Prior | undefined;
  /** Quantiles are those with another scale or resolution of pt. */
  readonly variation?: Variation | undefined;
  readonly samples: number;
  readonly seed: number;
}

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
  /** With a variation: samples whose pt was held at its least. */
  readonly held: number;
}

/**
 * @throws InputError where the table lacks the model's inputs, or, for CDFs and densities, the target jets.
 */
export async function runPredict(options: PredictOptions): Promise<PredictResult> {
  const { engine, card, table, output, format, threads, priorName, onProgress } = options;
  const { quantiles, cdf, density, prior, variation, samples, seed } = options;
  const request: PredictRequest = { quantiles, cdf, density, prior, variation, samples, seed };
  const variables = predictedVariables(variation);
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
    ...quantileSchema(quantiles, variables),
    ...(cdf ? cdfSchema() : []),
    ...(density ? [LOG_DENSITY] : []),
    ...(prior ? [EFFECTIVE_SAMPLES] : []),
  ];
  refuseTwice(
    ours.map(({ name }) => name),
    Object.keys(kept),
  );
  const schema = [...ours.slice(0, 1), ...schemaOf(kept), ...ours.slice(1)];
  const origin = fileMetadata({
    bundle: engine.bundle.sha256,
    engine: engine.engine,
    input: table.source.sha256,
    key: table.source.key,
    seed,
    samples,
    prior: priorName,
  });
  const metadata = { ...origin, ...variation?.names };
  const writer = await openTableWriter(output, format, schema, metadata);
  const used = busyThreads(threads, table.rows, JETS_A_THREAD);
  const pool = openConditionPool(engine.session, inputs.length, used);
  const block = JETS_A_THREAD * used;
  const result = { beyond: 0, crossed: 0, few: 0, none: 0, untrained: 0, held: 0 };
  const ask = (firstJet: number): Promise<Answer> => {
    const count = Math.min(block, table.rows - firstJet);
    const rows = (columns: readonly Float32Array[]) => {
      const values = new Float32Array(count * columns.length);
      gatherRows(values, columns, firstJet, count);
      return values;
    };
    const condition = pool.condition(rows(inputs), keysFrom(table.key ?? 0, firstJet, count));
    const answer = answerOf(condition, request, asksTargets && gen ? rows(gen) : undefined);
    // A failure is told when its turn comes, if nothing failed before.
    answer.catch(() => {});
    return answer;
  };
  try {
    // The threads work on the next jets while these are written.
    let next = ask(0);
    for (let firstJet = 0; firstJet < table.rows; firstJet += block) {
      const { columns, ...counts } = await next;
      const end = Math.min(table.rows, firstJet + block);
      if (end < table.rows) next = ask(end);
      const jetIndex = Uint32Array.from({ length: end - firstJet }, (_, i) => firstJet + i);
      const keptRows = Object.entries(kept).map(([name, values]) => [name, values.subarray(firstJet, end)]);
      await writer.write({ jet_index: jetIndex, ...Object.fromEntries(keptRows), ...columns });
      for (const name of Object.keys(result) as (keyof typeof result)[]) result[name] += counts[name] ?? 0;
      onProgress?.(end);
    }
    const { rows } = await writer.close();
    return { rows, columns: schema.map(({ name }) => name), ...result };
  } catch (error) {
    await writer.discard().catch(() => {});
    throw error;
  } finally {
    await pool.close();
  }
}

type Answer = { readonly columns: Record<string, Float32Array> } & Partial<
  Pick<PredictResult, 'beyond' | 'crossed' | 'few' | 'none' | 'untrained' | 'held'>
>;

async function answerOf(
  condition: PooledCondition,
  { quantiles, cdf, density, prior, variation, samples, seed }: PredictRequest,
  targets: Float32Array | undefined,
): Promise<Answer> {
  const columns: Record<string, Float32Array> = {};
  /** Of values [jets, width]. */
  const column = (values: ArrayLike<number>, at = 0, width = 1) =>
    Float32Array.from({ length: condition.jets }, (_, jet) => values[jet * width + at]);
  const fillQuantiles = (values: Float32Array) => {
    const variables = predictedVariables(variation);
    variables.forEach((variable, k) => {
      quantiles.forEach((level, l) => {
        const at = k * quantiles.length + l;
        columns[quantileColumn(variable, level)] = column(values, at, variables.length * quantiles.length);
      });
    });
  };
  if (prior) {
    const made = await condition.posterior(prior, quantiles, { samples, seed });
    const effective = made.effectiveSamples;
    fillQuantiles(made.quantiles);
    columns[EFFECTIVE_SAMPLES.name] = effective;
    const none = effective.filter((worth) => worth === 0).length;
    const few = effective.filter((worth) => worth < FEW_SAMPLES).length - none;
    return { columns, few, none, untrained: made.untrained };
  }
  if (variation) {
    const made = await condition.varied(variation, quantiles, { samples, seed });
    fillQuantiles(made.quantiles);
    return { columns, held: made.held };
  }
  if (quantiles.length > 0) fillQuantiles(await condition.marginalQuantiles(quantiles, { samples, seed }));
  if (!targets) return { columns };
  const found = await condition.cdf(targets);
  if (cdf)
    VARIABLES.forEach((variable, k) => {
      columns[`${variable}_cdf`] = column(found.tau, k, 4);
    });
  if (density) columns[LOG_DENSITY.name] = column(found.logDensity);
  const counts = Object.values(found.counts);
  return {
    columns,
    beyond: counts.reduce((sum, { below, above }) => sum + below + above, 0),
    crossed: counts.reduce((sum, { crossed }) => sum + crossed, 0),
  };
}
