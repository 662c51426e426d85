/** The columns that one task reads: the engine's inputs and, where the table has them, the true jets. */

import { InputError } from '../errors.js';
import { columnName, columnsOf, VARIABLES } from '../jets/columns.js';
import type { NumericArray } from '../jets/numeric-array.js';
import type { JetsTable } from '../jets/table.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';

export interface JetColumns {
  /** In the engine's order: pt, eta, phi, mass of the input jet, then extras; each [jets]. */
  readonly inputs: readonly Float32Array[];
  /** pt, eta, phi, mass of the true jet, each [jets]; absent where the table lacks one of them. */
  readonly gen?: readonly Float32Array[];
  /** The input's columns that are passed on, by name, each [jets]. */
  readonly kept?: Readonly<Record<string, NumericArray>>;
}

/**
 * Takes a task's columns from a table; nothing is copied.
 *
 * @param inputNames what the engine reads, as the card lists it: variables, then names of extra columns.
 * @throws InputError where an input column is missing.
 */
export function selectColumns(
  table: JetsTable,
  task: Task,
  inputNames: readonly string[] = VARIABLES,
): JetColumns {
  const columns = inputColumnNames(task, inputNames);
  const missing = columns.filter((column) => !table.columns[column]);
  if (missing.length > 0)
    throw new InputError(table.source.name, `has no ${missing.join(', ')}; ${task} reads them, add them`);
  const inputs = columns.map((column) => table.columns[column]!);
  if (!hasTrueJets(table, task)) return { inputs };
  return { inputs, gen: columnsOf(STAGES_OF_TASK[task].target).map((name) => table.columns[name]!) };
}

/** The columns of a jets table that a task's engine reads, in its order: {@link selectColumns}. */
export function inputColumnNames(task: Task, inputNames: readonly string[]): string[] {
  const { input } = STAGES_OF_TASK[task];
  return inputNames.map((name) => {
    const variable = VARIABLES.find((known) => known === name);
    return variable ? columnName(input, variable) : name;
  });
}

/** Whether the table has the true jets of a task, all four of their columns. */
export function hasTrueJets({ columns }: JetsTable, task: Task): boolean {
  return columnsOf(STAGES_OF_TASK[task].target).every((name) => columns[name] !== undefined);
}

/** The same columns in memory that all threads see; copied once. */
export function shareColumns({ inputs, gen, kept }: JetColumns): JetColumns {
  return {
    inputs: inputs.map(share),
    ...(gen && { gen: gen.map(share) }),
    ...(kept && {
      kept: Object.fromEntries(Object.entries(kept).map(([name, column]) => [name, share(column)])),
    }),
  };
}

/** A copy in memory that all threads see. */
export function share<Column extends NumericArray>(column: Column): Column {
  const Type = column.constructor as new (buffer: SharedArrayBuffer) => Column;
  const shared = new Type(new SharedArrayBuffer(column.byteLength));
  (shared as Float64Array).set(column as Float64Array);
  return shared;
}

/** Columns → rows: values of the jets `first` … `first + count - 1`, [count, columns] row-major, written to `rows`. */
export function gatherRows(
  rows: Float32Array,
  columns: readonly Float32Array[],
  first: number,
  count: number,
): void {
  const width = columns.length;
  columns.forEach((column, i) => {
    for (let jet = 0; jet < count; jet++) rows[jet * width + i] = column[first + jet];
  });
}
