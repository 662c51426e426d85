/**
 * How far the median of a jet's predictions lies from the truth, beside how far reco lies from gen: the paper's table.
 *
 *     error = median prediction - true value,  typical error = reco - gen   (phi: wrapped into (-pi, pi])
 *
 * The typical reconstruction is reco - gen for both tasks: what the experiment's own correction leaves. Sums are exact,
 * so the figures do not depend on the order of the jets.
 */
import { columnName, type Variable } from '../jets/columns.js';
import { deltaPhi } from '../jets/phi.js';
import type { JetsTable } from '../jets/table.js';
import { meanAbsolute, sd } from '../stats/sum.js';

/**
 * How far the median of a jet's predictions lies from the truth, in the variable's unit: the tables of Kronheim et al.
 */
export interface Medians {
  /** Mean |error| of the predicted median. */
  readonly meanAbsError: number;
  /** Standard deviation of that error about its mean. */
  readonly sdError: number;
  /** Mean |reco - gen|; null where the table has not both columns. */
  readonly typicalMeanAbsError: number | null;
  /** Standard deviation of reco - gen about its mean; null likewise. */
  readonly typicalSdError: number | null;
}

/**
 * @param median [N] medians of the predictions, the variable's unit.
 * @param truth [N].
 */
export function medians(
  variable: Variable,
  median: Float32Array,
  truth: Float32Array,
  table: JetsTable,
): Medians {
  const predicted = errorsOf(variable, { values: median, reference: truth });
  const pair = typicalPair(variable, table);
  const typical = pair ? errorsOf(variable, pair) : null;
  return {
    meanAbsError: meanAbsolute(predicted),
    sdError: sd(predicted),
    typicalMeanAbsError: typical && meanAbsolute(typical),
    typicalSdError: typical && sd(typical),
  };
}

/** Two columns whose difference is an error, [N] each, the variable's unit. */
export interface ErrorPair {
  readonly values: Float32Array;
  readonly reference: Float32Array;
}

/** reco and gen of each jet; undefined where the table has not both. */
export function typicalPair(variable: Variable, table: JetsTable): ErrorPair | undefined {
  const values = table.columns[columnName('reco', variable)];
  const reference = table.columns[columnName('gen', variable)];
  return values && reference && { values, reference };
}

/** Value - reference, the variable's unit; phi wrapped into (-pi, pi]. */
export function differenceOf(variable: Variable): (value: number, reference: number) => number {
  return variable === 'phi' ? deltaPhi : (value, reference) => value - reference;
}

function errorsOf(variable: Variable, { values, reference }: ErrorPair): Float64Array {
  const difference = differenceOf(variable);
  const errors = new Float64Array(values.length);
  for (let jet = 0; jet < errors.length; jet++) errors[jet] = difference(values[jet], reference[jet]);
  return errors;
}
