/** Which jets of a table are kept: those that can be jets, and that pass the cuts; the others are counted by reason. */
import { InputError } from '../errors.js';
import { checkJets, faultOf, type Mended } from '../jets/check.js';
import { type ColumnName, columnName, columnsOf, STAGES, type Stage, VARIABLES } from '../jets/columns.js';
import { gather, type NumericArray, toFloat32 } from '../jets/numeric-array.js';
import type { TableBatch, TableFile } from './table-file.js';

const { fround } = Math;

export interface Cuts {
  /** Smallest reco pt [GeV]. */
  readonly minPt?: number;
  /** Smallest gen pt [GeV]. */
  readonly minGenPt?: number;
  /** Largest |eta| of the reco jet. */
  readonly maxAbsEta?: number;
}

export interface Selection {
  readonly stages: readonly Stage[];
  /** Further columns, in the types that the file has. */
  readonly extra?: readonly string[];
  readonly cuts?: Cuts;
}

/** What became of a table's jets so far. */
export interface Selected {
  /** Jets read. */
  jets: number;
  /** Of these left out, by the first reason. */
  readonly dropped: Record<string, number>;
  readonly mended: Mended;
}

export const noneSelected = (): Selected => ({ jets: 0, dropped: {}, mended: { masses: 0, phis: 0 } });

/**
 * The jets to keep, piece by piece: each stage's columns as float32, mended, and the further ones.
 *
 * @param file the input's name, for errors.
 * @param selected written to.
 * @throws InputError where the table lacks a column.
 */
export async function* selectJets(
  file: string,
  table: TableFile,
  { stages, extra = [], cuts = {} }: Selection,
  selected: Selected,
): AsyncGenerator<TableBatch> {
  const names = stages.flatMap(columnsOf);
  const limits = limitsOf(cuts);
  const floats = new Set([...names, ...limits.map(({ column }) => column)]);
  const wanted = [...new Set([...floats, ...extra])];
  requireColumns(file, table.columnNames, wanted);
  for await (const batch of table.batches(wanted)) {
    const columns = Object.fromEntries([...floats].map((name) => [name, toFloat32(batch.columns[name])]));
    const checks = [
      ...stages.flatMap((stage) =>
        VARIABLES.map((variable) => ({
          values: columns[columnName(stage, variable)],
          fault: (value: number) => faultOf(variable, value),
        })),
      ),
      ...limits.map(({ column, reason, fails }) => ({
        values: columns[column],
        fault: (value: number) => (fails(value) ? reason : undefined),
      })),
    ];
    const kept = new Int32Array(batch.rows);
    let rows = 0;
    nextRow: for (let row = 0; row < batch.rows; row++) {
      for (const { values, fault } of checks) {
        const reason = fault(values[row]);
        if (reason === undefined) continue;
        selected.dropped[reason] = (selected.dropped[reason] ?? 0) + 1;
        continue nextRow;
      }
      kept[rows++] = row;
    }
    const places = kept.subarray(0, rows);
    const jets = Object.fromEntries(names.map((name) => [name, gather(columns[name], places)]));
    checkJets(file, jets, stages, selected.jets, selected.mended);
    selected.jets += batch.rows;
    const further = extra.map((name): [string, NumericArray] => [name, gather(batch.columns[name], places)]);
    yield { rows, columns: { ...jets, ...Object.fromEntries(further) } };
  }
}

interface Limit {
  readonly column: ColumnName;
  readonly reason: string;
  fails(value: number): boolean;
}

/** Limits are rounded as the columns are: a jet on the edge, which no float32 hits exactly, is on it still. */
function limitsOf({ minPt, minGenPt, maxAbsEta }: Cuts): Limit[] {
  const limits: Limit[] = [];
  if (minPt !== undefined)
    limits.push({ column: 'reco_pt', reason: `reco pt below ${minPt}`, fails: (pt) => pt < fround(minPt) });
  if (minGenPt !== undefined)
    limits.push({
      column: 'gen_pt',
      reason: `gen pt below ${minGenPt}`,
      fails: (pt) => pt < fround(minGenPt),
    });
  if (maxAbsEta !== undefined)
    limits.push({
      column: 'reco_eta',
      reason: `reco |eta| above ${maxAbsEta}`,
      fails: (eta) => Math.abs(eta) > fround(maxAbsEta),
    });
  return limits;
}

/**
 * The stages of which a file has all four columns.
 *
 * @throws InputError where there is none.
 */
export function completeStages(name: string, columnNames: readonly string[]): Stage[] {
  const complete = STAGES.filter((stage) => columnsOf(stage).every((column) => columnNames.includes(column)));
  if (complete.length > 0) return complete;
  throw new InputError(
    name,
    `has no jets: columns ${columnsOf('gen').join(', ')} (or raw_…, reco_…) are needed, there are ${listed(columnNames)}`,
  );
}

/** @throws InputError where a column is not there, naming those that are. */
export function requireColumns(
  name: string,
  columnNames: readonly string[],
  wanted: readonly string[],
): void {
  const missing = wanted.filter((column) => !columnNames.includes(column));
  if (missing.length === 0) return;
  throw new InputError(
    name,
    `has no column of numbers named ${missing.join(', ')}; there are ${listed(columnNames)}`,
    { missing },
  );
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return names.slice(0, 20).join(', ') + more;
}
