/** What `sample` writes: the columns, one file a block, and the record of each finished file. */
import { UsageError } from '../../errors.js';
import type { ColumnSpec, TableSchema } from '../../formats/table-encoding.js';
import { UNITS, VARIABLES } from '../../jets/columns.js';

/** Formats for predictions. */
export const PREDICTION_FORMATS = ['parquet', 'arrow'] as const;
export type PredictionFormat = (typeof PREDICTION_FORMATS)[number];

/** Columns that can be asked for, in the order in which they stand in a file. */
export const PREDICTION_COLUMNS = ['jet_index', 'sample_index', ...VARIABLES] as const;
export type PredictionColumn = (typeof PREDICTION_COLUMNS)[number];

/** What is written, in plain data. */
export interface PredictionContents {
  readonly format: PredictionFormat;
  /** Columns of all predictions, in order; not used with `quantiles`. */
  readonly columns: readonly PredictionColumn[];
  /** In [0, 1]: write these quantiles of each jet's predictions, one row a jet, instead of all predictions. */
  readonly quantiles?: readonly number[];
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
}

/** The file of a block's predictions. */
export function predictionsFile(block: number, format: PredictionFormat): string {
  return `predictions-${String(block).padStart(6, '0')}.${format}`;
}
/** Files that an earlier run of `sample` left, finished or not. */
export const PREDICTIONS_PATTERN = /^predictions-\d{6,}\.(parquet|arrow)(\.tmp)?$/;

/** `pt_q0.16`: the column of one quantile of one variable. */
export function quantileColumn(variable: string, p: number): string {
  return `${variable}_q${p}`;
}

/** The columns of a file of predictions. */
export function predictionSchema({ columns, quantiles }: PredictionContents, samples: number): TableSchema {
  if (quantiles)
    return [
      { name: 'jet_index', type: 'uint32' },
      ...VARIABLES.flatMap((variable) =>
        quantiles.map((p) => ({ ...floatColumn(variable), name: quantileColumn(variable, p) })),
      ),
    ];
  return columns.map((name) => {
    if (name === 'jet_index') return { name, type: 'uint32' };
    if (name === 'sample_index') return { name, type: samples > 2 ** 16 ? 'uint32' : 'uint16' };
    return floatColumn(name);
  });
}

function floatColumn(name: keyof typeof UNITS): ColumnSpec {
  return UNITS[name] === '' ? { name, type: 'float32' } : { name, type: 'float32', unit: UNITS[name] };
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
}: Partial<{
  format: string;
  columns: readonly string[];
  quantiles: readonly number[] | undefined;
}>): PredictionContents {
  const known = PREDICTION_FORMATS.find((name) => name === format);
  if (!known) throw new UsageError(`format is one of ${PREDICTION_FORMATS.join(', ')}, not ${format}`);
  const strange = columns.filter((name) => !PREDICTION_COLUMNS.some((column) => column === name));
  if (strange.length > 0 || columns.length === 0)
    throw new UsageError(
      `columns are some of ${PREDICTION_COLUMNS.join(', ')}, not ${strange.join(', ') || 'none'}`,
    );
  if (quantiles?.some((p) => !(p >= 0 && p <= 1)) || quantiles?.length === 0)
    throw new UsageError(`quantiles are numbers in [0, 1], not ${quantiles.join(', ') || 'none'}`);
  const ordered = PREDICTION_COLUMNS.filter((name) => columns.includes(name));
  return { format: known, columns: ordered, ...(quantiles && { quantiles: [...new Set(quantiles)] }) };
}
