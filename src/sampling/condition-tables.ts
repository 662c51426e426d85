/**
 * The distribution of the target jet given the input jet, with Arrow tables in and out: what condition.ts answers by arrays, in
 * the columns of the files that `jet-iqn sample` and `jet-iqn predict` write.
 */
import type { Float32, Table, TypeMap, Uint16, Uint32 } from 'apache-arrow';
import { InputError } from '../errors.js';
import type { ArrowTable } from '../files/arrow.js';
import type { TableMetadata, TableSchema } from '../files/table-encoding.js';
import {
  type ColumnName,
  columnsOf,
  EVENT_KEYS,
  INDEX_KEYS,
  type Stage,
  VARIABLES,
  type Variable,
} from '../jets/columns.js';
import { type EventColumns, eventKeys } from '../jets/event-keys.js';
import { COLUMN_TYPES, joined, type NumericArray } from '../jets/numeric-array.js';
import type { ModelCard } from '../model/card.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { JetKeys } from '../stats/tau.js';
import type { Condition, SampleOptions } from './condition.js';
import { gatherRows, inputColumnNames } from './jet-columns.js';
import {
  cdfSchema,
  floatColumn,
  LOG_DENSITY,
  PREDICTION_COLUMNS,
  predictionSchema,
  quantileSchema,
} from './prediction-files.js';

/** The distribution of the target jet given each of N input jets, by tables; {@link Condition} is the same by arrays. */
export interface ConditionTables {
  /** Number of jets, N. */
  readonly jets: number;
  /**
   * Target jets drawn from it, in order of the jet, then of the sample.
   *
   * @param options how many, and which.
   * @returns N · S rows: jet_index, sample_index, pt [GeV], eta, phi [rad], mass [GeV].
   */
  sample(options?: SampleOptions): Promise<Table<SampleColumns>>;
  /**
   * The target jets at given quantiles, each variable given those before it.
   *
   * @param tau N rows: pt_cdf, eta_cdf, phi_cdf, mass_cdf in (0, 1), named as `cdf` names them.
   * @returns N rows: jet_index, and the columns of the task's target, reco_pt [GeV] and so on for a simulation.
   * @throws InputError where a column or a value is missing or there are not N rows.
   */
  quantile(tau: ArrowTable): Promise<Table<TargetColumns>>;
  /**
   * The four conditional CDFs and the density at y.
   *
   * @param y N rows: the columns of the task's target; often the table of the input jets itself.
   * @returns N rows: jet_index, pt_cdf … mass_cdf in [0, 1], and log_density, of a density per GeV² and radian; the
   *   schema's metadata has `range`, {@link RangeCounts} by variable as JSON.
   * @throws InputError where a column or a value is missing or there are not N rows.
   */
  cdf(y: ArrowTable): Promise<Table<CdfColumns>>;
  /**
   * Quantiles of each variable by itself: of pt exact, of eta, phi and mass from samples.
   *
   * @param levels in (0, 1).
   * @param options the samples.
   * @returns N rows: jet_index, and pt_q16, pt_q50 and so on for the levels 0.16, 0.5.
   */
  marginalQuantiles(levels: readonly number[], options?: SampleOptions): Promise<Table<QuantileColumns>>;
  /**
   * The median of each variable by itself: `marginalQuantiles` at 0.5.
   *
   * @param options the samples.
   * @returns N rows: jet_index, pt_q50, eta_q50, phi_q50, mass_q50.
   */
  median(options?: SampleOptions): Promise<Table<QuantileColumns>>;
}

/** The first column of every answer. */
export type JetIndex = {
  /** The row of the input jets, from the first one's on where that was given. */
  jet_index: Uint32;
};
/** Columns of {@link ConditionTables.sample}. */
export type SampleColumns = JetIndex & {
  /** 0 … S − 1. */
  sample_index: Uint16 | Uint32;
} & Record<Variable, Float32>;
/** Columns of {@link ConditionTables.quantile}: of these the task's target. */
export type TargetColumns = JetIndex & Record<ColumnName, Float32>;
/** Columns of {@link ConditionTables.cdf}. */
export type CdfColumns = JetIndex & {
  /** log p(y | x), of a density per GeV² and radian. */
  log_density: Float32;
} & Record<`${Variable}_cdf`, Float32>;
/** Columns of {@link ConditionTables.marginalQuantiles}. */
export type QuantileColumns = JetIndex & Record<`${Variable}_q${number}`, Float32>;

/**
 * @param card of the model.
 * @param condition the same by arrays, of jets [N, inputs].
 * @param table of the input jets.
 * @param keys what random numbers follow; default the events, where the table says them, else the row.
 * @throws InputError where the table has no jets or lacks an input.
 */
export function conditionTables(
  card: ModelCard,
  condition: (jets: Float32Array, keys: JetKeys) => Condition,
  table: ArrowTable,
  keys?: JetKeys,
): ConditionTables {
  const { input } = STAGES_OF_TASK[card.task];
  const firstJet = typeof keys === 'number' ? keys : 0;
  const targets = columnsOf(STAGES_OF_TASK[card.task].target);
  const targetSchema = targets.map((name, k) => floatColumn(name, VARIABLES[k]!));
  const jets = table.numRows;
  const names = inputColumnNames(
    card.task,
    card.inputs.map(({ column }) => column),
  );
  const missing = names.filter((name) => table.getChild(name) === null);
  if (missing.length > 0)
    throw new InputError(
      'the Arrow table',
      `has no ${missing.join(', ')}; ${card.task} reads them, add them`,
    );
  if (jets === 0) throw new InputError('the Arrow table', 'has no jets');
  let reading: Promise<Condition> | undefined;
  const read = () => {
    reading ??= rowsOf(table, names, jets).then(async (rows) =>
      condition(rows, keys ?? (await eventsOf(table, input)) ?? 0),
    );
    return reading;
  };
  /** values [N, columns of the schema]. */
  const perJet = async <Columns extends TypeMap>(
    schema: TableSchema,
    values: ArrayLike<number>,
    metadata: TableMetadata = {},
  ): Promise<Table<Columns>> => {
    const columns: Record<string, NumericArray> = {
      jet_index: Uint32Array.from({ length: jets }, (_, jet) => firstJet + jet),
    };
    for (const [k, { name }] of schema.entries())
      columns[name] = Float32Array.from({ length: jets }, (_, jet) => values[jet * schema.length + k]!);
    const whole: TableSchema = [{ name: 'jet_index', type: 'uint32' }, ...schema];
    return (await writing()).tableOf(whole, columns, metadata) as Table<Columns>;
  };
  const marginalQuantiles: ConditionTables['marginalQuantiles'] = async (levels, options) =>
    perJet(quantileSchema(levels), await (await read()).marginalQuantiles(levels, options));
  return {
    jets,
    async sample(options) {
      const values = await (await read()).sample(options);
      const samples = values.length / (4 * jets);
      const schema = predictionSchema({ format: 'arrow', columns: PREDICTION_COLUMNS }, samples);
      const columns = sampleColumns(values, schema, samples, firstJet);
      return (await writing()).tableOf(schema, columns, {}) as unknown as Table<SampleColumns>;
    },
    async quantile(tau) {
      const own = await rowsOf(
        tau,
        cdfSchema().map(({ name }) => name),
        jets,
      );
      return perJet(targetSchema, await (await read()).quantile(own));
    },
    async cdf(y) {
      const own = await rowsOf(y, targets, jets);
      const { tau, logDensity, counts } = await (await read()).cdf(own);
      const all = Float32Array.from({ length: 5 * jets }, (_, i) => {
        const [jet, column] = [Math.floor(i / 5), i % 5];
        return column === 4 ? logDensity[jet]! : tau[4 * jet + column]!;
      });
      return perJet([...cdfSchema(), LOG_DENSITY], all, { range: JSON.stringify(counts) });
    },
    marginalQuantiles,
    median: (options) => marginalQuantiles([0.5], options),
  };
}

/** apache-arrow takes a while to load, and is loaded where it is used. */
const writing = () => import('../files/write-arrow.js');

/** The events of the jets, where the table says them. */
async function eventsOf(table: ArrowTable, stage: Stage): Promise<JetKeys | undefined> {
  const names = [...EVENT_KEYS, INDEX_KEYS[stage]];
  if (names.some((name) => table.getChild(name) === null)) return undefined;
  const { columnPieces } = await import('../files/arrow.js');
  const [run, luminosityBlock, event, index] = names.map((name) => joined(columnPieces(table, name)));
  return eventKeys({ run, luminosityBlock, event, index } as EventColumns);
}

/** Columns of a table, [rows, columns] row-major. */
async function rowsOf(table: ArrowTable, names: readonly string[], rows: number): Promise<Float32Array> {
  if (table.numRows !== rows)
    throw new InputError('the Arrow table', `has ${table.numRows} rows for ${rows} jets; give one a jet`);
  const { floatColumn: read } = await import('../files/arrow.js');
  const values = new Float32Array(rows * names.length);
  gatherRows(
    values,
    names.map((name) => read(table, name)),
    0,
    rows,
  );
  const missing = values.findIndex(Number.isNaN);
  if (missing >= 0)
    throw new InputError(
      'the Arrow table',
      `column "${names[missing % names.length]}" has a missing value, in row ${Math.floor(missing / names.length)}; leave such jets out`,
    );
  return values;
}

/** Predictions [N, 4, S] → columns of N · S rows. */
function sampleColumns(
  values: Float32Array,
  schema: TableSchema,
  samples: number,
  firstJet: number,
): Record<string, NumericArray> {
  const rows = values.length / 4;
  const columns = Object.fromEntries(
    schema.map(({ name, type }) => [name, new COLUMN_TYPES[type](rows) as Float32Array]),
  );
  for (let first = 0; first < rows; first += samples) {
    columns.jet_index!.fill(firstJet + first / samples, first, first + samples);
    for (let s = 0; s < samples; s++) columns.sample_index![first + s] = s;
    for (const [k, variable] of VARIABLES.entries()) {
      const from = 4 * first + k * samples;
      columns[variable]!.set(values.subarray(from, from + samples), first);
    }
  }
  return columns;
}
