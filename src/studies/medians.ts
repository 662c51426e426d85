/**
 * How far the median of a jet's predictions lies from the truth, beside how far reco lies from gen: the paper's table.
 *
 *     error = median prediction - true value,  typical error = reco - gen   (phi: wrapped into (-pi, pi])
 *
 * The typical reconstruction is reco - gen for both tasks: what the experiment's own correction leaves. Sums are exact,
 * so the figures do not depend on the order of the jets.
 *
 * How well they are known: bootstrap standard errors of each, and of the differences between the predicted median and the
 * typical reconstruction, whose errors on one jet go together.
 */
import { columnName, type Variable } from '../jets/columns.js';
import { deltaPhi } from '../jets/phi.js';
import type { JetsTable } from '../jets/table.js';
import { bootstrapErrors } from '../stats/block-bootstrap.js';
import { makeGenerator } from '../stats/generator.js';
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
interface ErrorPair {
  readonly values: Float32Array;
  readonly reference: Float32Array;
}

/** reco and gen of each jet; undefined where the table has not both. */
function typicalPair(variable: Variable, table: JetsTable): ErrorPair | undefined {
  const values = table.columns[columnName('reco', variable)];
  const reference = table.columns[columnName('gen', variable)];
  return values && reference && { values, reference };
}

/** Value - reference, the variable's unit; phi wrapped into (-pi, pi]. */
function differenceOf(variable: Variable): (value: number, reference: number) => number {
  return variable === 'phi' ? deltaPhi : (value, reference) => value - reference;
}

function errorsOf(variable: Variable, { values, reference }: ErrorPair): Float64Array {
  const difference = differenceOf(variable);
  const errors = new Float64Array(values.length);
  for (let jet = 0; jet < errors.length; jet++) errors[jet] = difference(values[jet], reference[jet]);
  return errors;
}

/** What the generator is for, see generator.ts. */
const USE = 6;

/** Standard errors of {@link Medians}, by bootstrap, in the variable's unit; null where there is nothing typical. */
export interface MedianErrors {
  /** Of the mean |error|. */
  readonly meanAbsError: number;
  /** Of the standard deviation. */
  readonly sdError: number;
  /** Of the typical mean |error|. */
  readonly typicalMeanAbsError: number | null;
  /** Of the typical standard deviation. */
  readonly typicalSdError: number | null;
  /** Of meanAbsError - typicalMeanAbsError. */
  readonly meanAbsDifference: number | null;
  /** Of sdError - typicalSdError. */
  readonly sdDifference: number | null;
}

/** @param median [N], @param truth [N], the variable's unit. @param part one stream of random numbers a variable. */
export function medianErrors(
  variable: Variable,
  median: Float32Array,
  truth: Float32Array,
  table: JetsTable,
  seed: number,
  part: number,
): MedianErrors {
  const typical = typicalPair(variable, table);
  const pairs = [{ values: median, reference: truth }, ...(typical ? [typical] : [])];
  const difference = differenceOf(variable);
  // Row by row and not column by column: seven columns of a million jets would be 56 MB.
  const addRow = (jet: number, sums: Float64Array, at: number): void => {
    sums[at]++;
    for (let set = 0; set < pairs.length; set++) {
      const { values, reference } = pairs[set];
      const error = difference(values[jet], reference[jet]);
      const own = at + 1 + 3 * set;
      sums[own] += Math.abs(error);
      sums[own + 1] += error;
      sums[own + 2] += error * error;
    }
  };
  const figures = (sums: Float64Array): number[] => {
    const count = sums[0];
    const own = pairs.flatMap((_, set) => {
      const [absolute, sum, squares] = sums.subarray(1 + 3 * set, 4 + 3 * set);
      return [absolute / count, Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))];
    });
    return typical ? [...own, own[0] - own[2], own[1] - own[3]] : own;
  };
  const generator = makeGenerator(seed, USE, part);
  const errors = bootstrapErrors(median.length, 1 + 3 * pairs.length, addRow, figures, generator);
  const [meanAbsError, sdError, ofTypical = null, sdOfTypical = null, ofMean = null, ofSd = null] = errors;
  return {
    meanAbsError,
    sdError,
    typicalMeanAbsError: ofTypical,
    typicalSdError: sdOfTypical,
    meanAbsDifference: ofMean,
    sdDifference: ofSd,
  };
}
