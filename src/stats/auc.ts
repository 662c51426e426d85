/**
 * The area under the ROC curve: the probability that a positive's score exceeds a negative's, ties counting half.
 *
 *     AUC = mean over positives of P_i,  P_i = share of negatives below (ties half);  N_j = share of positives above
 *     variance = var(P)/m + var(N)/n
 *
 * DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988) 837, by mid-ranks in O(n log n): Sun, Xu, IEEE Signal Process.
 * Lett. 21 (2014) 1389.
 */
import { normalQuantile } from './normal.js';

/** The area under a ROC curve with DeLong's interval (DeLong, DeLong, Clarke-Pearson 1988). */
export interface Auc {
  /** In [0, 1]; 0.5 tells nothing apart. */
  readonly auc: number;
  /** DeLong's standard error; 0 where positives and negatives do not overlap. */
  readonly error: number;
  /** Lower end of the central interval of probability `level`, within [0, 1]. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
}

/**
 * @param positives scores [m], m ≥ 2, none NaN.
 * @param negatives scores [n], n ≥ 2.
 * @example auc([3, 2], [1, 2]).auc // 0.875
 */
export function auc(positives: ArrayLike<number>, negatives: ArrayLike<number>, level = 0.95): Auc {
  const positivesSorted = Float64Array.from(positives).sort();
  const negativesSorted = Float64Array.from(negatives).sort();
  const below = sharesBelow(positivesSorted, negativesSorted);
  const above = sharesBelow(negativesSorted, positivesSorted).map((share) => 1 - share);
  const [value, variancePositive] = meanAndVariance(below);
  const [, varianceNegative] = meanAndVariance(above);
  const error = Math.sqrt(variancePositive / below.length + varianceNegative / above.length);
  const reach = normalQuantile((1 + level) / 2) * error;
  return { auc: value, error, low: Math.max(0, value - reach), high: Math.min(1, value + reach) };
}

/** For each value of one sorted list the share of another sorted list below it, ties counting half. */
function sharesBelow(values: Float64Array, others: Float64Array): Float64Array {
  let [less, atMost] = [0, 0];
  return values.map((value) => {
    while (less < others.length && others[less] < value) less++;
    while (atMost < others.length && others[atMost] <= value) atMost++;
    return (less + atMost) / 2 / others.length;
  });
}

function meanAndVariance(values: Float64Array): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, squares / (values.length - 1)];
}
