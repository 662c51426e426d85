/**
 * How well the figures of the medians table are known: bootstrap standard errors of each, and of the differences between
 * the predicted median and the typical reconstruction, whose errors on one jet go together.
 */
import type { Variable } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import { bootstrapErrors } from '../stats/block-bootstrap.js';
import { makeGenerator } from '../stats/generator.js';
import { differenceOf, typicalPair } from './medians.js';

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
