/** A jets table on its way to the disk: pieces of any length in, row groups out. */
import { InputError } from '../errors.js';
import { type ColumnName, columnsOf, type Stage, UNITS, type Variable } from '../jets/columns.js';
import type { NumericArray } from '../jets/numeric-array.js';
import { version } from '../version.js';
import { completeStages } from './complete-stages.js';
import type { ConvertOptions } from './convert-jets.js';
import type { ByteSource } from './source.js';
import { COLUMN_TYPES, type ColumnSpec, type ColumnType, typeOf } from './table-encoding.js';
import type { TableFile } from './table-file.js';
import { openTableWriter, type TableWriter } from './table-writer.js';

/** Rows of a row group: what the shipped tables have. */
const GROUP_ROWS = 131_072;

/** The output file, which takes pieces of any length and writes row groups. */
export interface Sink {
  readonly stages: readonly Stage[];
  readonly extra: readonly string[];
  write(file: string, rows: number, columns: Readonly<Record<string, NumericArray>>): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

export async function openSink(
  source: ByteSource,
  table: TableFile,
  output: string,
  inputs: readonly string[],
  { format, stages, extra = [], minPt, minGenPt, maxAbsEta, collection, jetId, maxDeltaR }: ConvertOptions,
): Promise<Sink> {
  const chosen = stages ?? completeStages(source.name, table.columnNames);
  const jetColumns = chosen.flatMap(columnsOf);
  const further = [...new Set(extra)].filter((name) => !jetColumns.includes(name as ColumnName));
  const selection = { minPt, minGenPt, maxAbsEta, collection, jetId, maxDeltaR };
  const metadata = {
    'jet-iqn': version,
    inputs: JSON.stringify(inputs),
    selection: JSON.stringify(selection),
  };
  let writer: TableWriter | undefined;
  let schema: ColumnSpec[] = [];
  let pending: Record<string, NumericArray>[] = [];
  let pendingRows = 0;

  async function flush(): Promise<void> {
    if (pendingRows === 0) return;
    const columns = Object.fromEntries(
      schema.map(({ name, type }) => [
        name,
        joined(
          type,
          pending.map((piece) => piece[name]!),
          pendingRows,
        ),
      ]),
    );
    pending = [];
    pendingRows = 0;
    await writer!.write(columns);
  }

  return {
    stages: chosen,
    extra: further,
    async write(file, rows, columns) {
      if (rows === 0) return;
      if (writer === undefined) {
        schema = [
          ...jetColumns.map((name) => jetColumn(name)),
          ...further.map((name) => ({ name, type: typeOf(columns[name]!) })),
        ];
        writer = await openTableWriter(output, format, schema, metadata);
      }
      pending.push(
        Object.fromEntries(schema.map(({ name, type }) => [name, cast(file, name, type, columns[name]!)])),
      );
      pendingRows += rows;
      if (pendingRows >= GROUP_ROWS) await flush();
    },
    async close() {
      await flush();
      await writer?.close();
    },
    async discard() {
      await writer?.discard();
    },
  };
}

function jetColumn(name: ColumnName): ColumnSpec {
  const unit = UNITS[name.slice(name.indexOf('_') + 1) as Variable];
  return unit ? { name, type: 'float32', unit } : { name, type: 'float32' };
}

/** A column in the type of the first file; versions of NanoAOD differ in the width of their integers. */
function cast(file: string, name: string, type: ColumnType, values: NumericArray): NumericArray {
  const Type = COLUMN_TYPES[type];
  if (values instanceof Type) return values;
  const big = Type === BigInt64Array || Type === BigUint64Array;
  const out = new (Type as new (length: number) => NumericArray)(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    const whole = typeof value === 'bigint' || Number.isInteger(value);
    if (!big) out[row] = Number(value);
    else if (whole) out[row] = BigInt(value);
    if (String(out[row]) !== String(value)) {
      throw new InputError(
        file,
        `column "${name}" holds ${value}, which the first file's type ${type} cannot`,
      );
    }
  }
  return out;
}

function joined(type: ColumnType, pieces: readonly NumericArray[], rows: number): NumericArray {
  if (pieces.length === 1) return pieces[0]!;
  const out = new (COLUMN_TYPES[type] as new (length: number) => NumericArray)(rows);
  let at = 0;
  for (const piece of pieces) {
    (out as Float64Array).set(piece as Float64Array, at);
    at += piece.length;
  }
  return out;
}
