/**
 * What a column of text becomes: float32 for the jets' own, 64-bit integers for keys, doubles for the rest.
 *
 * Keys are what events are joined by: `run`, `luminosityBlock`, `event`, `jet` by their names, and any column with a whole
 * number that a double cannot hold. They are told by the first batch, and the rest of the column must keep to it: a key that
 * is rounded joins the wrong event.
 */
import { columnsOf, STAGES } from '../../jets/columns.js';
import type { NumericArray } from '../../jets/numeric-array.js';

const KEYS: ReadonlySet<string> = new Set(['run', 'luminosityBlock', 'event', 'jet']);
/** Columns that become float32: a double that is off by a few units in the last place does for them. */
export const JET_COLUMNS: ReadonlySet<string> = new Set(STAGES.flatMap(columnsOf));

/** What a batch's column became, or why it cannot; `row` counts from the batch's first. */
export type Taken = { readonly values: NumericArray } | { readonly problem: string; readonly row: number };

export interface ColumnTaker {
  /** Says what number the text of a row held, where its double may be rounded. */
  keepExactly(row: number, whole: bigint): void;
  /** The column of a batch from its doubles, which are not kept. */
  take(values: Float64Array): Taken;
}

export function columnTaker(name: string): ColumnTaker {
  let kind: 'integer' | 'unsigned' | 'double' | undefined;
  const exact = new Map<number, bigint>();
  return {
    keepExactly(row, whole) {
      exact.set(row, whole);
    },
    take(values) {
      if (JET_COLUMNS.has(name)) return { values: new Float32Array(values) };
      if (kind === undefined) {
        const whole = (KEYS.has(name) || firstRounded(values, exact) >= 0) && values.every(Number.isInteger);
        if (!whole) kind = 'double';
        else kind = beyondSigned(values, exact) ? 'unsigned' : 'integer';
      }
      try {
        if (kind === 'double') return doubles(values, exact);
        const { length } = values;
        return integers(
          values,
          exact,
          kind === 'integer' ? new BigInt64Array(length) : new BigUint64Array(length),
        );
      } finally {
        exact.clear();
      }
    },
  };
}

/** @param column written to: signed, or where the first batch has a number beyond its range unsigned. */
function integers(
  values: Float64Array,
  exact: ReadonlyMap<number, bigint>,
  column: BigInt64Array | BigUint64Array,
): Taken {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isInteger(value))
      return { row, problem: `${value} is not a whole number, as those in the rows before it are` };
    const whole = exact.get(row) ?? BigInt(value);
    column[row] = whole;
    if (column[row] !== whole)
      return { row, problem: `${whole} is beyond the 64-bit whole numbers that the column began with` };
  }
  return { values: column };
}

function doubles(values: Float64Array, exact: ReadonlyMap<number, bigint>): Taken {
  const row = firstRounded(values, exact);
  if (row < 0) return { values: values.slice() };
  const problem = `${exact.get(row)} would be rounded: beyond 2^53 whole numbers are kept in columns that begin with such`;
  return { row, problem };
}

/** Whether all are whole numbers from 0 to 2^64 - 1, some of them beyond 2^63 - 1. */
function beyondSigned(values: Float64Array, exact: ReadonlyMap<number, bigint>): boolean {
  const isLarge = (value: number, row: number) =>
    value >= 2 ** 63 && (exact.get(row) ?? BigInt(value)) >= 2n ** 63n;
  return values.every((value) => value >= 0) && values.some(isLarge);
}

/** The first row whose double is not the number of its text; -1 where there is none. */
function firstRounded(values: Float64Array, exact: ReadonlyMap<number, bigint>): number {
  // 2^60 is printed as 1152921504606847000: a double's shortest text is no other number.
  for (const [row, whole] of exact) if (String(values[row]) !== String(whole)) return row;
  return -1;
}
