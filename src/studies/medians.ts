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
import { mean, sd } from '../stats/sum.js';

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
  const predicted = predictedErrors(variable, median, truth);
  const typical = typicalErrors(variable, table);
  return {
    meanAbsError: meanAbsolute(predicted),
    sdError: sd(predicted),
    typicalMeanAbsError: typical && meanAbsolute(typical),
    typicalSdError: typical && sd(typical),
  };
}

/** reco - gen of each jet, [N]; null where the table has not both. */
export function typicalErrors(variable: Variable, table: JetsTable): Float64Array | null {
  const reco = table.columns[columnName('reco', variable)];
  const gen = table.columns[columnName('gen', variable)];
  return reco && gen ? predictedErrors(variable, reco, gen) : null;
}

/** Value - reference of each jet, [N], the variable's unit; phi wrapped into (-pi, pi]. */
export function predictedErrors(
  variable: Variable,
  values: Float32Array,
  reference: Float32Array,
): Float64Array {
  const difference = variable === 'phi' ? deltaPhi : (to: number, from: number) => to - from;
  const errors = new Float64Array(values.length);
  for (let jet = 0; jet < errors.length; jet++) errors[jet] = difference(values[jet], reference[jet]);
  return errors;
}

function meanAbsolute(values: Float64Array): number {
  return mean(values.map(Math.abs));
}
