/** Any supported file → the jets table in memory. */
import { createHash } from 'node:crypto';
import { checkArgument } from '../arguments.js';
import { InputError, UsageError } from '../errors.js';
import { checkJets, mendedWarnings } from '../jets/check.js';
import { columnsOf, keyColumns, STAGES, type Stage } from '../jets/columns.js';
import { joined, type NumericArray, toFloat32 } from '../jets/numeric-array.js';
import type { JetsTable } from '../jets/table.js';
import { openTable } from './open-table.js';
import { completeStages, requireColumns } from './select-jets.js';
import { type ByteSource, hashed } from './source.js';
import { openSource } from './source-node.js';
import type { JetOptions, TableFile } from './table-file.js';

/** What {@link readJets} reads of a file. */
export interface ReadJetsOptions extends Pick<JetOptions, 'collection' | 'maxDeltaR'> {
  /**
   * Which jets the table must have; default: those the file has. Others are not read. Of a file of events come all jets that
   * have these stages: gen jets that were not measured too where only gen is asked for.
   */
  readonly stages?: readonly Stage[];
  /** Further columns of numbers to read along, as float32. */
  readonly extra?: readonly string[];
  /** The same, but NaN where the file has no such column. */
  readonly optional?: readonly string[];
  /** Columns of numbers to pass on, in the file's own types. */
  readonly keep?: readonly string[];
  /** Pass on run, luminosityBlock, event and the jets' indices too, where the file has them; default: false. */
  readonly keys?: boolean;
  /** The first `limit` jets only. */
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
  checkArgument('path', path, 'path');
  checkArgument('options', options, 'options');
  checkArgument('onWarning', options.onWarning, 'callback');
  checkArgument('onColumns', options.onColumns, 'callback');
  const unknown = options.stages?.filter((stage) => !STAGES.includes(stage)) ?? [];
  if (unknown.length > 0)
    throw new UsageError(`there is no stage ${unknown.join(', ')}; give ${STAGES.join(', ')}`);
  const source = hashed(await openSource(path), createHash('sha256'));
  try {
    const { collection, maxDeltaR } = options;
    const table = await openTable(source, { collection, maxDeltaR });
    const { dropped, ...jets } = await readColumns(source, table, options);
    const selection = {
      ...(collection !== undefined && { collection }),
      ...(maxDeltaR !== undefined && { maxDeltaR }),
    };
    return {
      ...jets,
      source: {
        name: path,
        sha256: await source.sha256(),
        ...(Object.keys(selection).length > 0 && { selection }),
        ...(Object.keys(dropped).length > 0 && { dropped }),
      },
    };
  } finally {
    await source.close();
  }
}

async function readColumns(
  source: ByteSource,
  table: TableFile,
  options: ReadJetsOptions,
): Promise<Omit<JetsTable, 'source'> & { readonly dropped: Record<string, number> }> {
  const {
    stages,
    extra = [],
    optional = [],
    keys = false,
    limit = Infinity,
    onWarning = () => {},
    onColumns,
  } = options;
  for (const note of table.notes ?? []) onWarning(`${source.name}: ${note}`);
  onColumns?.(table.columnNames);
  const chosen = stages ?? completeStages(source.name, table.columnNames);
  const absent = optional.filter((name) => !table.columnNames.includes(name));
  const there = optional.filter((name) => !absent.includes(name));
  const names = [...new Set([...chosen.flatMap(columnsOf), ...extra, ...there])];
  const keep = [
    ...new Set([...(keys ? keyColumns(table.columnNames, chosen) : []), ...(options.keep ?? [])]),
  ];
  const wanted = [...new Set([...names, ...keep])];
  requireColumns(source.name, table.columnNames, wanted);
  const jets: Record<string, Float32Array>[] = [];
  const kept: Record<string, NumericArray>[] = [];
  let rows = 0;
  const mended = { masses: 0, phis: 0 };
  for await (const batch of table.batches(wanted)) {
    const taken = Math.min(batch.rows, limit - rows);
    const part = (name: string) => batch.columns[name].subarray(0, taken);
    const columns = Object.fromEntries(names.map((name) => [name, toFloat32(part(name))]));
    // At once, so that a file of nonsense is refused before it takes memory.
    checkJets(source.name, columns, chosen, rows, mended);
    jets.push(columns);
    kept.push(Object.fromEntries(keep.map((name) => [name, part(name).slice()])));
    rows += taken;
    if (rows >= limit) break;
  }
  if (rows === 0) {
    const reasons = Object.entries(table.dropped).map(([reason, count]) => `, ${count} ${reason}`);
    throw new InputError(source.name, `has no jets (0 rows${reasons.join('')})`);
  }
  for (const warning of mendedWarnings(mended)) onWarning(`${source.name}: ${warning}`);
  const dropped = { ...table.dropped };
  if (table.gensWithoutJet) dropped['gen jets without a jet'] = table.gensWithoutJet;
  const columns = columnsOfPieces(source.name, names, jets);
  for (const name of absent) columns[name] = new Float32Array(rows).fill(Number.NaN);
  return {
    rows,
    columns,
    ...(keep.length > 0 && { kept: columnsOfPieces(source.name, keep, kept) }),
    dropped,
  };
}

/** Each column of all pieces, which lose it: there are never two copies of more than one. */
function columnsOfPieces<Column extends NumericArray>(
  file: string,
  names: readonly string[],
  pieces: readonly Record<string, Column>[],
): Record<string, Column> {
  return Object.fromEntries(
    names.map((name) => {
      const columns = pieces.map((piece) => piece[name]);
      for (const piece of pieces) delete piece[name];
      if (columns.some((column) => column.constructor !== columns[0].constructor))
        throw new InputError(
          file,
          `has a column to keep, ${name}, whose whole numbers begin to lack some; leave it out`,
        );
      return [name, joined(columns)];
    }),
  );
}
