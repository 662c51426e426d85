/** Any supported file → the jets table in memory. */
import { InputError } from '../errors.js';
import { checkJets, mendedWarnings } from '../jets/check.js';
import { columnsOf, type Stage } from '../jets/columns.js';
import type { NumericArray } from '../jets/numeric-array.js';
import type { JetsTable } from '../jets/table.js';
import { completeStages, requireColumns } from './complete-stages.js';
import { gatherColumns } from './gather-columns.js';
import { openTable } from './open-table.js';
import type { ByteSource } from './source.js';
import { hashed, openSource } from './source-node.js';
import { copyToFloat32, type TableFile } from './table-file.js';

/** What {@link readJets} reads of a file. */
export interface ReadJetsOptions {
  /** Which jets the table must have; default: those the file has. Others are not read. */
  readonly stages?: readonly Stage[];
  /** Further columns of numbers to read along, as float32. */
  readonly extra?: readonly string[];
  /** Columns of numbers to pass on, in the file's own types. */
  readonly keep?: readonly string[];
  /** The first `limit` jets alone. */
  readonly limit?: number;
  /**
   * Told what was mended or left out; default: nobody.
   *
   * @param message one line, the file's name first.
   */
  readonly onWarning?: (message: string) => void;
  /**
   * Told once, before any jet is read, which columns the file has; default: nobody.
   *
   * @param names of all columns, those that are not read as well.
   */
  readonly onColumns?: (names: readonly string[]) => void;
}

/**
 * Reads a jets table from a path, or from standard input (`-`).
 *
 * Columns may stand in any order, others are ignored. pt and mass are in GeV, phi is wrapped into (-pi, pi].
 *
 * @param path of a file in any supported format (told by its content, not its name), or `-`.
 * @param options which jets and columns are read.
 * @returns columns of float32, [rows] each.
 * @throws InputError where the file cannot be read, lacks a column, has no jets, or a value no jet can have.
 * @example const jets = await readJets('jets.parquet', { stages: ['gen', 'reco'] }); jets.columns.gen_pt // Float32Array
 */
export async function readJets(path: string, options: ReadJetsOptions = {}): Promise<JetsTable> {
  const source = hashed(await openSource(path));
  try {
    const table = await openTable(source);
    const jets = await readColumns(source, table, options);
    return { ...jets, source: { name: path, sha256: await source.sha256() } };
  } finally {
    await source.close();
  }
}

async function readColumns(
  source: ByteSource,
  table: TableFile,
  { stages, extra = [], keep = [], limit = Infinity, onWarning = () => {}, onColumns }: ReadJetsOptions,
): Promise<Omit<JetsTable, 'source'>> {
  for (const note of table.notes ?? []) onWarning(`${source.name}: ${note}`);
  onColumns?.(table.columnNames);
  const chosen = stages ?? completeStages(source.name, table.columnNames);
  const names = [...new Set([...chosen.flatMap(columnsOf), ...extra])];
  const wanted = [...new Set([...names, ...keep])];
  requireColumns(source.name, table.columnNames, wanted);
  const expectedRows = Math.min(limit, table.rows ?? 0, MAX_ROOM);
  const jets = gatherColumns(names, expectedRows, (length) => new Float32Array(length), copyToFloat32);
  const kept = gatherColumns(keep, expectedRows, emptyLike, copyTo(source.name));
  let rows = 0;
  const mended = { masses: 0, phis: 0 };
  for await (const batch of table.batches(wanted)) {
    const taken = Math.min(batch.rows, limit - rows);
    // At once, so that a file of nonsense is refused before it takes memory.
    checkJets(source.name, jets.add(batch.columns, taken), chosen, rows, mended);
    kept.add(batch.columns, taken);
    rows += taken;
    if (rows >= limit) break;
  }
  if (rows === 0) throw new InputError(source.name, 'has no jets (0 rows)');
  for (const warning of mendedWarnings(mended)) onWarning(`${source.name}: ${warning}`);
  return { rows, columns: jets.take(), ...(keep.length > 0 && { kept: kept.take() }) };
}

/** Rows for which memory is taken on the word of the file alone: a damaged one may claim any number. */
const MAX_ROOM = 2 ** 24;

function emptyLike(length: number, values: NumericArray): NumericArray {
  return new (values.constructor as new (length: number) => NumericArray)(length);
}

function copyTo(name: string) {
  return (column: NumericArray, values: NumericArray, at: number): void => {
    if (column.constructor !== values.constructor)
      throw new InputError(name, 'has a column to keep whose whole numbers begin to lack some; leave it out');
    (column as Float64Array).set(values as Float64Array, at);
  };
}
