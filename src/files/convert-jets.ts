/** Any supported files → one jets table on disk, a batch at a time, with an account of every jet left out. */
import { InputError } from '../errors.js';
import { mendedWarnings } from '../jets/check.js';
import { columnsOf, keyColumns, type Stage, UNITS, type Variable } from '../jets/columns.js';
import { COLUMN_TYPES, type ColumnType, joined, type NumericArray, typeOf } from '../jets/numeric-array.js';
import { version } from '../version.js';
import { checkInputsAndOutput } from './inputs-and-output.js';
import { openTable } from './open-table.js';
import { type Cuts, completeStages, noneSelected, selectJets } from './select-jets.js';
import type { ByteSource } from './source.js';
import { openSource, STDIN } from './source-node.js';
import type { ColumnSpec, TableMetadata } from './table-encoding.js';
import type { JetOptions, TableFile } from './table-file.js';
import type { TableFormat } from './table-formats.js';
import { openTableWriter, type TableWriter } from './table-writer.js';

export interface ConvertOptions extends JetOptions, Cuts {
  readonly format: TableFormat;
  /** Which jets the table gets; default: those that the first file has. */
  readonly stages?: readonly Stage[];
  /** Further columns, in the types that the files have, beside those of {@link keyColumns} that all files have. */
  readonly extra?: readonly string[];
  /** The first `limit` kept jets only. */
  readonly limit?: number;
  readonly onWarning?: (message: string) => void;
  /** Bytes read of all, and jets kept so far. */
  readonly onProgress?: (bytesDone: number, jets: number) => void;
}

/** What became of one input's jets: `jets` = `kept` + the sum of `dropped`. */
export interface InputAccount {
  readonly file: string;
  readonly jets: number;
  readonly kept: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Where pairs are made: gen jets that no detector jet was matched to. */
  readonly gensWithoutJet: number;
}

export interface Converted {
  /** Of each input. */
  readonly accounts: InputAccount[];
  /** Which jets the table has. */
  readonly stages: readonly Stage[];
}

/**
 * Converts `inputs` to a jets table at `output`.
 *
 * @throws InputError where an input cannot be read or no jet is left, UsageError where the output is an input; nothing is
 *   written then.
 */
export async function convertJets(
  inputs: readonly string[],
  output: string,
  options: ConvertOptions,
): Promise<Converted> {
  const { onWarning = () => {}, limit = Infinity } = options;
  for (const repeated of checkInputsAndOutput(inputs, output))
    onWarning(`${repeated}: is named more than once, and so are its jets in the table`);
  const accounts: InputAccount[] = [];
  const progress = { bytes: 0, jets: 0 };
  let sink: Sink | undefined;
  try {
    for (const [i, input] of inputs.entries()) {
      const source = withProgress(await openSource(input), progress, options);
      try {
        const table = await openTable(source, options);
        for (const note of table.notes ?? []) onWarning(`${source.name}: ${note}`);
        if (table.rows === 0) {
          // One skim of many that kept nothing is no reason to stop, and its columns are nobody's.
          if (inputs.length > 1) onWarning(`${source.name}: has no jets (0 rows)`);
          accounts.push({ file: source.name, jets: 0, kept: 0, dropped: {}, gensWithoutJet: 0 });
          continue;
        }
        if (sink === undefined) {
          const stages = options.stages ?? completeStages(source.name, table.columnNames);
          const keys = await commonKeys(table, stages, inputs.slice(i + 1), options);
          const { minPt, minGenPt, maxAbsEta, collection, jetId, maxDeltaR } = options;
          const selection = { minPt, minGenPt, maxAbsEta, collection, jetId, maxDeltaR };
          sink = openSink(output, options.format, stages, [...keys, ...(options.extra ?? [])], {
            'jet-iqn': version,
            inputs: JSON.stringify(inputs),
            selection: JSON.stringify(selection),
          });
        }
        accounts.push(await convertOne(source.name, table, sink, progress, options));
      } finally {
        await source.close();
      }
      if (progress.jets >= limit) break;
    }
    if (progress.jets === 0) {
      const { jets, dropped } = totalOf(accounts);
      const reasons = Object.entries(dropped).map(([reason, count]) => `${count} ${reason}`);
      if (jets === 0) throw new InputError(inputs.join(', '), 'has no jets (0 rows)');
      throw new InputError(inputs.join(', '), `no jet is left of ${[jets, ...reasons].join(', ')}`);
    }
    await sink!.close();
  } catch (error) {
    await sink?.discard();
    throw error;
  }
  return { accounts, stages: sink!.stages };
}

/** The key columns of the first file that has jets, where the files behind it have them too. */
async function commonKeys(
  { columnNames }: TableFile,
  stages: readonly Stage[],
  later: readonly string[],
  { onWarning = () => {}, ...options }: ConvertOptions,
): Promise<string[]> {
  const keys = keyColumns(columnNames, stages);
  if (keys.length === 0) return [];
  // Standard input is read once, and has what the others have or is refused when its turn comes.
  for (const input of later.filter((name) => name !== STDIN)) {
    const source = await openSource(input);
    try {
      const table = await openTable(source, options);
      const missing = keys.filter((key) => !table.columnNames.includes(key));
      if (table.rows === 0 || missing.length === 0) continue;
      onWarning(`${input}: has no ${missing.join(', ')}, and so the table does not say its jets' events`);
      return [];
    } finally {
      await source.close();
    }
  }
  return keys;
}

/** The accounts of all inputs as one. */
export function totalOf(accounts: readonly InputAccount[]): Omit<InputAccount, 'file'> {
  const total = { jets: 0, kept: 0, dropped: {} as Record<string, number>, gensWithoutJet: 0 };
  for (const { jets, kept, dropped, gensWithoutJet } of accounts) {
    total.jets += jets;
    total.kept += kept;
    total.gensWithoutJet += gensWithoutJet;
    for (const [reason, count] of Object.entries(dropped))
      total.dropped[reason] = (total.dropped[reason] ?? 0) + count;
  }
  return total;
}

async function convertOne(
  file: string,
  table: TableFile,
  sink: Sink,
  progress: { jets: number },
  { onWarning = () => {}, limit = Infinity, ...cuts }: ConvertOptions,
): Promise<InputAccount> {
  const { stages, extra } = sink;
  const selected = noneSelected();
  let kept = 0;
  for await (const { rows, columns } of selectJets(file, table, { stages, extra, cuts }, selected)) {
    const taken = Math.min(rows, limit - progress.jets);
    await sink.write(file, taken, columns);
    kept += taken;
    progress.jets += taken;
    if (progress.jets >= limit) break;
  }
  for (const warning of mendedWarnings(selected.mended)) onWarning(`${file}: ${warning}`);
  const { dropped } = selected;
  let { jets } = selected;
  for (const [reason, count] of Object.entries(table.dropped)) {
    // Left out by the reader itself, before the batches.
    dropped[reason] = (dropped[reason] ?? 0) + count;
    jets += count;
  }
  const beyond = jets - kept - Object.values(dropped).reduce((sum, count) => sum + count, 0);
  if (beyond > 0) dropped['beyond the limit'] = beyond;
  return { file, jets, kept, dropped, gensWithoutJet: table.gensWithoutJet ?? 0 };
}

/** Counts the bytes that are read from a source. */
function withProgress(
  source: ByteSource,
  progress: { bytes: number; jets: number },
  { onProgress }: ConvertOptions,
): ByteSource {
  if (!onProgress) return source;
  return {
    ...source,
    async read(start, end) {
      const bytes = await source.read(start, end);
      progress.bytes += bytes.length;
      onProgress(progress.bytes, progress.jets);
      return bytes;
    },
  };
}

/** Rows of a row group: what the shipped tables have. */
const GROUP_ROWS = 131_072;

/** The output file, which takes pieces of any length and writes row groups. */
interface Sink {
  readonly stages: readonly Stage[];
  readonly extra: readonly string[];
  write(file: string, rows: number, columns: Readonly<Record<string, NumericArray>>): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

function openSink(
  output: string,
  format: TableFormat,
  stages: readonly Stage[],
  further: readonly string[],
  metadata: TableMetadata,
): Sink {
  const jetColumns = stages.flatMap(columnsOf).map((name): ColumnSpec => {
    const unit = UNITS[name.slice(name.indexOf('_') + 1) as Variable];
    return { name, type: 'float32', ...(unit && { unit }) };
  });
  const extra = [...new Set(further)].filter((name) => !jetColumns.some((column) => column.name === name));
  let writer: TableWriter | undefined;
  let schema: ColumnSpec[] = [];
  let pending: Record<string, NumericArray>[] = [];
  let pendingRows = 0;

  async function flush(): Promise<void> {
    if (pendingRows === 0) return;
    const columns = schema.map(({ name }) => [name, joined(pending.map((piece) => piece[name]))]);
    pending = [];
    pendingRows = 0;
    await writer!.write(Object.fromEntries(columns));
  }

  return {
    stages,
    extra,
    async write(file, rows, columns) {
      if (rows === 0) return;
      if (writer === undefined) {
        schema = [...jetColumns, ...extra.map((name) => ({ name, type: typeOf(columns[name]) }))];
        writer = await openTableWriter(output, format, schema, metadata);
      }
      const piece = schema.map(({ name, type }) => [
        name,
        cast(file, name, type, columns[name].subarray(0, rows)),
      ]);
      pending.push(Object.fromEntries(piece));
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

/** A column in the type of the first file; versions of NanoAOD differ in the width of their integers. */
function cast(file: string, name: string, type: ColumnType, values: NumericArray): NumericArray {
  const Type = COLUMN_TYPES[type];
  if (values instanceof Type) return values;
  const big = Type === BigInt64Array || Type === BigUint64Array;
  const out = new Type(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!big) out[row] = Number(value);
    else if (typeof value === 'bigint' || Number.isInteger(value)) out[row] = BigInt(value);
    if (String(out[row]) !== String(value))
      throw new InputError(
        file,
        `column "${name}" holds ${value}, which the first file's type ${type} cannot`,
      );
  }
  return out;
}
