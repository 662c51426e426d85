/** What `sample` writes: the columns, one file a block, and the record of each finished file. */
import { UsageError } from '../errors.js';
import type { Correction } from '../files/correctionlib.js';
import type { ColumnSpec, TableSchema } from '../files/table-encoding.js';
import { TABLE_FORMATS, type TableFormat } from '../files/table-formats.js';
import { UNITS, VARIABLES, type Variable } from '../jets/columns.js';
import { blockJets, type Plan } from './plan.js';

/** Columns that can be asked for, in the order in which they stand in a file. */
export const PREDICTION_COLUMNS = ['jet_index', 'sample_index', ...VARIABLES] as const;
export type PredictionColumn = (typeof PREDICTION_COLUMNS)[number];

/** What is predicted: the four variables, then those of up and down. */
export type PredictedVariable = Variable | `${'pt' | 'mass'}_${'up' | 'down'}`;

/** A factor on pt: nominal, or nominal, up and down; or a correction that gives it. */
export type PtFactor = readonly number[] | Correction;

/** Another scale or resolution of pt, in plain data: variation.ts. */
export interface Variation {
  readonly ptScale: PtFactor;
  readonly ptResolution: PtFactor;
  /** What it is, for jobs and files: the factors, or the correction and its file's sha256. */
  readonly names: { readonly pt_scale: string; readonly pt_resolution: string };
}

/** GeV: where a jet far below its median would be smeared below 0, as JME's smearing holds the energy. */
export const LEAST_PT = 0.01;

export const isCorrection = (factor: PtFactor): factor is Correction => !Array.isArray(factor);
const hasSides = (factor: PtFactor) =>
  isCorrection(factor) ? factor.inputs.some(({ type }) => type === 'string') : factor.length > 1;

/**
 * The columns of predictions, varied or not, in their order.
 *
 * @throws UsageError where both factors have an up and a down.
 */
export function predictedVariables(variation: Variation | undefined): readonly PredictedVariable[] {
  if (!variation) return VARIABLES;
  const sides = [variation.ptScale, variation.ptResolution].filter(hasSides).length;
  if (sides > 1)
    throw new UsageError('--pt-scale and --pt-resolution both have an up and a down; vary one at a time');
  return sides === 0 ? VARIABLES : [...VARIABLES, 'pt_up', 'mass_up', 'pt_down', 'mass_down'];
}

/** The variable whose unit a column has. */
function variableOf(column: PredictedVariable): Variable {
  return column.split('_')[0] as Variable;
}

/** What is written, in plain data. */
export interface PredictionContents {
  readonly format: TableFormat;
  /** Columns of all predictions, in order; not used with `quantiles`. */
  readonly columns: readonly PredictionColumn[];
  /** In [0, 1]: write these quantiles of each jet's predictions, one row a jet, instead of all predictions. */
  readonly quantiles?: readonly number[];
  /** One row a jet with lists of its predictions, in order of the sample. */
  readonly nested?: true;
  /** The input's own columns that are written along. */
  readonly keep?: readonly string[];
  /** Another scale or resolution of pt. */
  readonly variation?: Variation;
}

/** One finished file. */
export interface FileRecord {
  readonly name: string;
  readonly block: number;
  readonly firstJet: number;
  readonly jets: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Of varied predictions: values of pt that were held at its least. */
  readonly held?: number;
}

/** What is known of a block's file before it is made. */
export function blockFile(
  plan: Plan,
  block: number,
  contents: PredictionContents,
): Omit<FileRecord, 'bytes' | 'sha256' | 'held'> {
  const { firstJet, jetCount } = blockJets(plan, block);
  const rows = jetCount * (isOneRowAJet(contents) ? 1 : plan.samples);
  return { name: predictionsFile(block, contents.format), block, firstJet, jets: jetCount, rows };
}

/** Whether a jet has one row, not one for each of its samples. */
function isOneRowAJet({ quantiles, nested }: PredictionContents): boolean {
  return quantiles !== undefined || nested !== undefined;
}

/** The file of a block's predictions. */
function predictionsFile(block: number, format: TableFormat): string {
  return `predictions-${String(block).padStart(6, '0')}.${format}`;
}
/** Files that an earlier run of `sample` finished. */
export const PREDICTIONS_PATTERN = /^predictions-\d{6,}\.(parquet|arrow|csv|npy)$/;

/**
 * `pt_q16`: the column of one quantile of one variable; the digits are those behind the level's decimal point, at least
 * two: 0.16 → q16, 0.5 → q50, 0.025 → q025. Level 1 is q100.
 */
export function quantileColumn(variable: string, level: number): string {
  const digits = level === 1 ? '100' : decimalsOf(level).padEnd(2, '0');
  return `${variable}_q${digits}`;
}

/** The digits behind the decimal point of a number in [0, 1), none lost: 1e-7 → 0000001. */
function decimalsOf(level: number): string {
  const [digits, exponent = '0'] = String(level).split('e');
  const [whole, decimals = ''] = digits!.split('.');
  return exponent === '0' ? decimals : '0'.repeat(-Number(exponent) - 1) + whole + decimals;
}

/**
 * The columns of a file of predictions.
 *
 * @param kept the input's own columns, which stand behind jet_index.
 */
export function predictionSchema(
  { columns, quantiles, nested, variation }: PredictionContents,
  samples: number,
  kept: TableSchema = [],
): TableSchema {
  const jetIndex: ColumnSpec = { name: 'jet_index', type: 'uint32' };
  const variables = predictedVariables(variation);
  if (quantiles) return [jetIndex, ...kept, ...quantileSchema(quantiles, variables)];
  const indices: ColumnSpec[] = columns.includes('jet_index') ? [jetIndex, ...kept] : [...kept];
  if (columns.includes('sample_index') && !nested)
    indices.push({ name: 'sample_index', type: samples > 2 ** 16 ? 'uint32' : 'uint16' });
  const values = variables
    .filter((name) => columns.includes(variableOf(name)))
    .map((name) => floatColumn(name, variableOf(name)));
  return [...indices, ...values.map((value) => (nested ? { ...value, listLength: samples } : value))];
}

/** pt_q16, pt_q50, …, eta_q16, …: variable by variable. */
export function quantileSchema(
  levels: readonly number[],
  variables: readonly PredictedVariable[] = VARIABLES,
): TableSchema {
  return variables.flatMap((name) =>
    levels.map((level) => floatColumn(quantileColumn(name, level), variableOf(name))),
  );
}

/** pt_cdf … mass_cdf: the four conditional CDFs. */
export function cdfSchema(): TableSchema {
  return VARIABLES.map((variable) => ({ name: `${variable}_cdf`, type: 'float32' }));
}

/** log p(y | x), of a density per GeV² and radian. */
export const LOG_DENSITY: ColumnSpec = { name: 'log_density', type: 'float32' };

/** How many equal samples a jet's weighted ones are worth. */
export const EFFECTIVE_SAMPLES: ColumnSpec = { name: 'effective_samples', type: 'float32' };

/** A column of values of a variable, with its unit. */
export function floatColumn(name: string, variable: Variable): ColumnSpec {
  const unit = UNITS[variable];
  return unit === '' ? { name, type: 'float32' } : { name, type: 'float32', unit };
}

/**
 * Checks what was asked for, and puts columns in the order of {@link PREDICTION_COLUMNS}.
 *
 * @throws UsageError
 */
export function predictionContents({
  format = 'parquet',
  columns = PREDICTION_COLUMNS,
  quantiles,
  nested = false,
  keep = [],
  variation,
}: Partial<{
  format: string;
  columns: readonly string[];
  quantiles: readonly number[] | undefined;
  nested: boolean;
  keep: readonly string[] | undefined;
  variation: Variation | undefined;
}>): PredictionContents {
  const known = TABLE_FORMATS.find((name) => name === format);
  if (!known) throw new UsageError(`format is one of ${TABLE_FORMATS.join(', ')}, not ${format}`);
  const strange = columns.filter((name) => !PREDICTION_COLUMNS.some((column) => column === name));
  if (strange.length > 0 || columns.length === 0)
    throw new UsageError(
      `columns are some of ${PREDICTION_COLUMNS.join(', ')}, not ${strange.join(', ') || 'none'}`,
    );
  if (quantiles?.some((p) => !(p >= 0 && p <= 1)) || quantiles?.length === 0)
    throw new UsageError(`quantiles are numbers in [0, 1], not ${quantiles.join(', ') || 'none'}`);
  if (quantiles && nested) throw new UsageError('quantiles are one row a jet already; leave out nested');
  const ordered = PREDICTION_COLUMNS.filter((name) => columns.includes(name));
  const contents: PredictionContents = {
    format: known,
    columns: ordered,
    ...(quantiles && { quantiles: [...new Set(quantiles)] }),
    ...(nested && { nested }),
    ...(keep.length > 0 && { keep: [...new Set(keep)] }),
    ...(variation && { variation }),
  };
  const ours = predictionSchema(contents, 1).map(({ name }) => name);
  refuseTwice(ours, contents.keep);
  return contents;
}

/** @throws UsageError where a kept column has the name of a written one. */
export function refuseTwice(written: readonly string[], keep: readonly string[] = []): void {
  const twice = keep.find((name) => written.includes(name));
  if (twice !== undefined)
    throw new UsageError(`--keep ${twice}: predictions have a column of that name; rename the input's`);
}
