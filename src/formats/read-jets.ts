/** Any supported file → the jets table in memory. */
import { InputError } from '../errors.js';
import { checkJets, mendedWarnings } from '../jets/check.js';
import { columnsOf, type Stage } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import { completeStages, requireColumns } from './complete-stages.js';
import { openTable } from './open-table.js';
import type { ByteSource } from './source.js';
import { openSource, sha256Of } from './source-node.js';
import { copyToFloat32, type TableFile } from './table-file.js';

export interface ReadJetsOptions {
  /** Which jets the table must have; default: those the file has. Others are not read. */
  readonly stages?: readonly Stage[];
  /** Further columns of numbers to read along, as float32. */
  readonly extra?: readonly string[];
  /** The first `limit` jets alone. */
  readonly limit?: number;
  /** Told what was mended or left out; default: nobody. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Reads a jets table from a path, or from standard input (`-`).
 *
 * Columns may stand in any order, others are ignored.
 *
 * @throws InputError where the file cannot be read, lacks a column, has no jets, or a value no jet can have.
 * @example const jets = await readJets('jets.parquet', { stages: ['gen', 'reco'] }); jets.columns.gen_pt // Float32Array
 */
export async function readJets(path: string, options: ReadJetsOptions = {}): Promise<JetsTable> {
  const source = await openSource(path);
  try {
    const table = await openTable(source);
    const { columns, rows } = await readColumns(source, table, options);
    return { rows, columns, source: { name: path, sha256: await sha256Of(source) } };
  } finally {
    await source.close();
  }
}

async function readColumns(
  source: ByteSource,
  table: TableFile,
  { stages, extra = [], limit = Infinity, onWarning = () => {} }: ReadJetsOptions,
): Promise<Pick<JetsTable, 'columns' | 'rows'>> {
  const chosen = stages ?? completeStages(source.name, table.columnNames);
  const names = [...new Set([...chosen.flatMap(columnsOf), ...extra])];
  requireColumns(source.name, table.columnNames, names);
  let room = Math.min(limit, table.rows ?? 0, MAX_ROOM);
  const columns: Record<string, Float32Array> = {};
  for (const name of names) columns[name] = new Float32Array(room);
  let rows = 0;
  for await (const batch of table.batches(names)) {
    const taken = Math.min(batch.rows, limit - rows);
    if (rows + taken > room) {
      room = Math.min(limit, Math.max(rows + taken, 2 * room));
      for (const name of names) columns[name] = longer(columns[name]!, room);
    }
    for (const name of names) copyToFloat32(columns[name]!, batch.columns[name]!.subarray(0, taken), rows);
    rows += taken;
    if (rows >= limit) break;
  }
  if (rows === 0) throw new InputError(source.name, 'has no jets (0 rows)');
  const filled: Record<string, Float32Array> = {};
  for (const name of names) {
    filled[name] = columns[name]!.length === rows ? columns[name]! : columns[name]!.slice(0, rows);
  }
  const mended = { masses: 0, phis: 0 };
  checkJets(source.name, filled, chosen, 0, mended);
  for (const warning of mendedWarnings(mended)) onWarning(`${source.name}: ${warning}`);
  return { columns: filled, rows };
}

/** Rows for which memory is taken on the word of the file alone: a damaged one may claim any number. */
const MAX_ROOM = 2 ** 24;

function longer(column: Float32Array, length: number): Float32Array {
  const copy = new Float32Array(length);
  copy.set(column);
  return copy;
}
