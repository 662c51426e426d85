/** Any supported files → one jets table on disk, a batch at a time, with an account of every jet left out. */
import { InputError } from '../errors.js';
import { checkJets, mendedWarnings } from '../jets/check.js';
import { columnsOf, type Stage } from '../jets/columns.js';
import { keyColumns } from '../jets/keys.js';
import { gather, type NumericArray } from '../jets/numeric-array.js';
import { completeStages, requireColumns } from './complete-stages.js';
import { checkInputsAndOutput } from './inputs-and-output.js';
import type { JetOptions } from './jet-options.js';
import { openTable } from './open-table.js';
import { type Cuts, columnsOfCuts, type JetColumns, selectJets } from './select-jets.js';
import type { ByteSource } from './source.js';
import { openSource, STDIN } from './source-node.js';
import { copyToFloat32, type TableBatch, type TableFile } from './table-file.js';
import type { TableFormat } from './table-formats.js';
import { openSink, type Sink } from './table-sink.js';

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
  const { onWarning = () => {} } = options;
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
        sink ??= await openSink(source, table, output, inputs, {
          ...options,
          extra: [
            ...(await commonKeys(source, table, inputs.slice(i + 1), options)),
            ...(options.extra ?? []),
          ],
        });
        accounts.push(await convertOne(source, table, sink, progress, options));
      } finally {
        await source.close();
      }
      if (progress.jets >= (options.limit ?? Infinity)) break;
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

/** The key columns of the first file that has jets, as far as the files behind it have them too. */
async function commonKeys(
  first: ByteSource,
  table: TableFile,
  later: readonly string[],
  { stages, onWarning = () => {}, ...options }: ConvertOptions,
): Promise<string[]> {
  let keys = keyColumns(table.columnNames, stages ?? completeStages(first.name, table.columnNames));
  for (const input of later) {
    if (keys.length === 0) break;
    // Standard input is read once, and has what the others have or is refused when its turn comes.
    if (input === STDIN) continue;
    const source = await openSource(input);
    try {
      const { columnNames, rows } = await openTable(source, options);
      const missing = keys.filter((key) => !columnNames.includes(key));
      if (rows === 0 || missing.length === 0) continue;
      onWarning(`${input}: has no ${missing.join(', ')}, and so the table does not say its jets' events`);
      keys = [];
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
    for (const [reason, count] of Object.entries(dropped)) {
      total.dropped[reason] = (total.dropped[reason] ?? 0) + count;
    }
  }
  return total;
}

async function convertOne(
  source: ByteSource,
  table: TableFile,
  sink: Sink,
  progress: { jets: number },
  { onWarning = () => {}, limit = Infinity, ...cuts }: ConvertOptions,
): Promise<InputAccount> {
  const { stages, extra } = sink;
  const names = [...new Set([...stages.flatMap(columnsOf), ...columnsOfCuts(cuts), ...extra])];
  requireColumns(source.name, table.columnNames, names);
  const dropped: Record<string, number> = {};
  const mended = { masses: 0, phis: 0 };
  let jets = 0;
  let kept = 0;
  for await (const batch of table.batches(names)) {
    const columns = float32Columns(batch, names, extra);
    let rows = selectJets(columns, batch.rows, stages, cuts, dropped);
    const room = limit - progress.jets;
    if (rows.length > room) rows = rows.subarray(0, room);
    const chosen: Record<string, NumericArray> = {};
    for (const name of stages.flatMap(columnsOf)) chosen[name] = gather(columns[name]!, rows);
    checkJets(source.name, chosen as JetColumns, stages, jets, mended);
    for (const name of extra) chosen[name] = gather(batch.columns[name]!, rows);
    await sink.write(source.name, rows.length, chosen);
    jets += batch.rows;
    kept += rows.length;
    progress.jets += rows.length;
    if (progress.jets >= limit) break;
  }
  for (const warning of mendedWarnings(mended)) onWarning(`${source.name}: ${warning}`);
  for (const [reason, count] of Object.entries(table.dropped)) {
    // Left out by the reader itself, before the batches.
    dropped[reason] = (dropped[reason] ?? 0) + count;
    jets += count;
  }
  const beyond = jets - kept - Object.values(dropped).reduce((sum, count) => sum + count, 0);
  if (beyond > 0) dropped['beyond the limit'] = beyond;
  return { file: source.name, jets, kept, dropped, gensWithoutJet: table.gensWithoutJet ?? 0 };
}

function float32Columns(batch: TableBatch, names: readonly string[], extra: readonly string[]): JetColumns {
  const columns: Record<string, Float32Array> = {};
  for (const name of names) {
    if (extra.includes(name)) continue;
    const values = batch.columns[name]!;
    const column = new Float32Array(batch.rows);
    copyToFloat32(column, values, 0);
    columns[name] = column;
  }
  return columns;
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
